"""The table as an OSCQuery tree: nodes by path, each with its attributes and its latest value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.api.address import Address, Parameter
from bridge.api.addresses import INCOMING, OUTGOING

Node = dict[str, Any]
Latest = Mapping[str, Sequence[float | str]]

ATTRIBUTES = ("FULL_PATH", "CONTENTS", "DESCRIPTION", "ACCESS", "TYPE", "RANGE", "VALUE")
NOTHING, READ, WRITE = 0, 1, 2
_INCOMING = {address.name: address for address in INCOMING}
_OUTGOING = {address.name: address for address in OUTGOING}
# Where the value of what can only be set is told.
_TOLD_ELSEWHERE = {
    "transport/tempo": ("beat", "status"),
    "model/load": ("model/loaded",),
    "mode": ("status",),
    "bars": ("status",),
}
_ROOT = "Continuo: play a melody, and the accompaniment comes in on the next bar"


def host_info(osc_port: int) -> Node:
    """Say who answers, where it takes OSC, and which attributes it knows."""
    return {
        "NAME": "Continuo",
        "OSC_IP": "127.0.0.1",
        "OSC_PORT": osc_port,
        "OSC_TRANSPORT": "UDP",
        "EXTENSIONS": {
            "ACCESS": True,
            "DESCRIPTION": True,
            "RANGE": True,
            "TYPE": True,
            "VALUE": True,
            "LISTEN": False,
            "PATH_CHANGED": False,
        },
    }


def tree(latest: Latest) -> Node:
    """Build the whole tree, with the values that were told last, by name."""
    root = _container("/", _ROOT)
    for name in {**_INCOMING, **_OUTGOING}:
        at = root
        for part in _parts(f"/continuo/{name}"):
            path = f"{at['FULL_PATH'].rstrip('/')}/{part}"
            at = at.setdefault("CONTENTS", {}).setdefault(part, _container(path))
        at.update(_method(name, latest))
    return root


def find(root: Node, path: str) -> Node | None:
    """The node of that path; None if there is none."""
    node: Node | None = root
    for part in _parts(path):
        node = node.get("CONTENTS", {}).get(part) if node else None
    return node


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _container(path: str, description: str = "") -> Node:
    words = {"DESCRIPTION": description} if description else {}
    return {"FULL_PATH": path, **words, "ACCESS": NOTHING}


def _method(name: str, latest: Latest) -> Node:
    """What there is to say of one address, which may be sent to, told, or both."""
    taken, told = _INCOMING.get(name), _OUTGOING.get(name)
    # A question without arguments is answered at its own address: what can be read is the answer.
    is_asked = told is not None and bool(told.signature)
    shown = told if taken is None or (is_asked and not taken.signature) else taken
    assert shown is not None, f"{name} is in neither table"
    parameters = (*shown.parameters, *shown.group)
    sources = tuple(_sources(name, parameters)) if parameters and not shown.group else ()
    node: Node = {
        "FULL_PATH": shown.path,
        "DESCRIPTION": (taken or shown).description,
        "ACCESS": (WRITE if shown is taken else NOTHING) | (READ if sources else NOTHING),
        "TYPE": "".join(parameter.kind for parameter in parameters) or "N",
    }
    ranges = [_range(parameter) for parameter in parameters]
    if any(ranges):
        node["RANGE"] = ranges
    known = [source for source in sources if source.name in latest]
    if known:
        node["VALUE"] = _values(known[0], parameters, latest)
    return node


def _sources(name: str, parameters: Sequence[Parameter]) -> Iterator[Address]:
    """The messages that tell all of these, by the same names."""
    wanted = {parameter.name for parameter in parameters}
    for source in (name, *_TOLD_ELSEWHERE.get(name, ())):
        address = _OUTGOING.get(source)
        if wanted and address and wanted <= {parameter.name for parameter in address.parameters}:
            yield address


def _values(source: Address, parameters: Sequence[Parameter], latest: Latest) -> list[float | str]:
    places = {parameter.name: i for i, parameter in enumerate(source.parameters)}
    return [latest[source.name][places[parameter.name]] for parameter in parameters]


def _range(parameter: Parameter) -> Node | None:
    if parameter.choices:
        return {"VALS": list(parameter.choices)}
    limits = {"MIN": parameter.low, "MAX": parameter.high}
    return {key: limit for key, limit in limits.items() if limit is not None} or None
