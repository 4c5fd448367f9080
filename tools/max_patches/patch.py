"""A Max patcher being drawn: boxes with stable ids, and cords between them."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.max_patches.ports import ports_of

Rect = tuple[float, float, float, float]
Settings = Mapping[str, object]

ROW = 28.0
COLUMN = 300.0
BOTTOM = 880.0


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a patch: its id, how many inlets and outlets it has."""

    id: str
    inlets: int
    outlets: int
    spec: dict[str, Any]


@dataclass(slots=True)
class Patch:
    """Boxes in the order in which they were added: the same calls give the same ids."""

    boxes: list[Box] = field(default_factory=list)
    cords: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, Any] = field(default_factory=dict)
    top: float = 24.0
    x: float = 24.0
    y: float = 0.0

    def __post_init__(self) -> None:
        self.y = self.top

    def column(self) -> None:
        """Go on drawing at the top of the next column of the patching view."""
        self.x, self.y = self.x + COLUMN, self.top

    def add(
        self, maxclass: str, text: str = "", at: Rect | None = None, more: Settings | None = None
    ) -> Box:
        """Add a box of any kind; `at` is its place in the patching view."""
        inlets, outlets = ports_of(text if maxclass == "newobj" else maxclass)
        return self._add(maxclass, text, (inlets, outlets), at, more or {})

    def new(self, text: str, at: Rect | None = None) -> Box:
        """Add an object that is named by its text."""
        return self.add("newobj", text, at)

    def message(self, text: str, at: Rect | None = None) -> Box:
        """Add a message box."""
        return self.add("message", text, at)

    def comment(self, text: str, at: Rect | None = None, **more: object) -> Box:
        """Add a comment."""
        return self.add("comment", text, at, more)

    def subpatch(self, name: str, patch: "Patch") -> Box:
        """Add `p name`: its inlets and outlets are those of the patch inside."""
        kinds = [box.spec["maxclass"] for box in patch.boxes]
        ports = kinds.count("inlet"), ("",) * kinds.count("outlet")
        return self._add("newobj", f"p {name}", ports, None, {"patcher": patch.patcher()})

    def port(self, kind: str, index: int, comment: str) -> Box:
        """Add an inlet or an outlet; Max counts them by their place, from the left."""
        y = 24.0 if kind == "inlet" else BOTTOM
        return self.add(
            kind, "", (24.0 + 90 * index, y, 30, 30), {"comment": comment, "index": index + 1}
        )

    def cord(self, source: Box, target: Box, outlet: int = 0, inlet: int = 0) -> Box:
        """Connect an outlet with an inlet -> the target; ValueError if one does not exist."""
        if outlet >= source.outlets or inlet >= target.inlets:
            names = [box.spec.get("text") or box.spec["maxclass"] for box in (source, target)]
            raise ValueError(f"no such cord: {names[0]}:{outlet} -> {names[1]}:{inlet}")
        ends = {"destination": [target.id, inlet], "source": [source.id, outlet]}
        self.cords.append({"patchline": ends})
        return target

    def chain(self, *boxes: Box, outlet: int = 0, inlet: int = 0) -> Box:
        """Connect each box with the next (`outlet` of the first, `inlet` of the last) -> last."""
        for i, (source, target) in enumerate(itertools.pairwise(boxes)):
            is_last = i == len(boxes) - 2
            self.cord(source, target, outlet if i == 0 else 0, inlet if is_last else 0)
        return boxes[-1]

    def patcher(self) -> dict[str, Any]:
        """Return the patcher as Max writes it."""
        return {
            "fileversion": 1,
            "appversion": APP_VERSION,
            "classnamespace": "box",
            "rect": [60.0, 80.0, 1280.0, 960.0],
            "openinpresentation": 0,
            "default_fontsize": 11.0,
            "default_fontname": "Arial",
            "gridsize": [8.0, 8.0],
            **self.keys,
            "boxes": [{"box": box.spec} for box in self.boxes],
            "lines": self.cords,
            "dependency_cache": [],
            "autosave": 0,
        }

    def text(self) -> str:
        """Write the patch as the text of a .maxpat file, a line for each box and each cord."""
        lines = []
        for key, value in self.patcher().items():
            whole = isinstance(value, list) and key in ("boxes", "lines")
            rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value) if whole else ""
            written = f"[\n{rows}\n]" if whole else json.dumps(value, ensure_ascii=False)
            lines.append(f'"{key}": {written}')
        return '{"patcher": {\n' + ",\n".join(lines) + "\n}}\n"

    def _add(
        self,
        maxclass: str,
        text: str,
        ports: tuple[int, tuple[str, ...]],
        at: Rect | None,
        more: Settings,
    ) -> Box:
        inlets, outlets = ports
        spec: dict[str, Any] = {
            "id": f"obj-{len(self.boxes) + 1}",
            "maxclass": maxclass,
            "numinlets": inlets,
            "numoutlets": len(outlets),
            "patching_rect": [float(edge) for edge in at or self._next_place(text)],
        }
        if outlets:
            spec["outlettype"] = list(outlets)
        if text or maxclass in ("comment", "message"):
            spec["text"] = text
        box = Box(spec["id"], inlets, len(outlets), {**spec, **more})
        self.boxes.append(box)
        return box

    def _next_place(self, text: str) -> Rect:
        if self.y + ROW > BOTTOM:
            self.column()
        place = (self.x, self.y, min(COLUMN - 12, 24.0 + 6.2 * len(text)), 22.0)
        self.y += ROW
        return place


# The version whose files were studied; older 8 and 9 open it.
APP_VERSION = {"major": 8, "minor": 6, "revision": 4, "architecture": "x64", "modernui": 1}
