"""What a patch is written with: boxes, wires, patches within patches."""

from collections.abc import Iterable
from itertools import pairwise

GREY, GREEN, BLUE, RED, WHITE = "#e4e4e4", "#80d080", "#c8d8f0", "#f0a0a0", "#fcfcfc"
LABEL = "0 12"


class Canvas:
    """A patch being written: each method adds one box and gives its number for `wire`."""

    def __init__(self, width: int, height: int) -> None:
        self.lines = [f"#N canvas 40 40 {width} {height} 12;"]
        self.boxes = 0
        self.size = (width, height)

    def _box(self, *lines: str) -> int:
        self.lines += lines
        self.boxes += 1
        return self.boxes - 1

    def obj(self, x: int, y: int, text: str) -> int:
        """Add an object box."""
        return self._box(f"#X obj {x} {y} {escaped(text)};")

    def msg(self, x: int, y: int, text: str) -> int:
        """Add a message box."""
        return self._box(f"#X msg {x} {y} {escaped(text)};")

    def note(self, x: int, y: int, text: str, width: int = 0) -> int:
        """Add a comment, broken after `width` characters."""
        return self._box(f"#X text {x} {y} {escaped(text)}{f', f {width}' if width else ''};")

    def number(self, x: int, y: int, width: int, receive: str = "-", send: str = "-") -> int:
        """Add a number box."""
        return self._box(f"#X floatatom {x} {y} {width} 0 0 0 - {escaped(f'{receive} {send}')} 12;")

    def word(self, x: int, y: int, width: int, receive: str = "-", send: str = "-") -> int:
        """Add a symbol box."""
        return self._box(
            f"#X symbolatom {x} {y} {width} 0 0 0 - {escaped(f'{receive} {send}')} 12;"
        )

    def bang(
        self, x: int, y: int, size: int, colour: str, receive: str, send: str = "empty"
    ) -> int:
        """Add a button or light."""
        text = f"bng {size} 120 50 0 {send} {receive} empty {LABEL} 0 10 {WHITE} {colour} #000000"
        return self.obj(x, y, text)

    def toggle(self, x: int, y: int, receive: str, send: str = "empty") -> int:
        """Add a toggle; one that sends is on when the patch opens."""
        on = int(send != "empty")
        text = f"tgl 19 {on} {send} {receive} empty {LABEL} 0 10 {WHITE} #202020 #000000 {on} 1"
        return self.obj(x, y, text)

    def slider(self, x: int, y: int, width: int, receive: str, send: str) -> int:
        """Add a horizontal slider."""
        text = f"hsl {width} 17 0 1 0 0 {send} {receive} empty {LABEL} 0 10 {BLUE} #202020 #000000"
        return self.obj(x, y, f"{text} 0 1")

    def area(self, x: int, y: int, width: int, height: int, colour: str = GREY) -> int:
        """Add a coloured ground; what is added later lies on it."""
        text = f"cnv 10 {width} {height} empty empty empty 8 12 0 12 {colour} #404040 0"
        return self.obj(x, y, text)

    def text(self, x: int, y: int, name: str, content: str = "") -> int:
        """Add a named text; with content, what is written in it is kept in the patch."""
        if not content:
            return self.obj(x, y, f"text define {name}")
        kept = content.replace(",", " \\;\n")
        return self._box(f"#X obj {x} {y} text define -k {name};", f"#A set {kept} \\;;")

    def sub(self, x: int, y: int, name: str, inner: "Canvas", end: str = "") -> int:
        """Add a patch within the patch."""
        head = inner.lines[0].removesuffix(" 12;") + f" {name} 0;"
        coords = [f"#X coords {end};"] if end else []
        return self._box(head, *inner.lines[1:], *coords, f"#X restore {x} {y} pd {name};")

    def wire(self, *ends: int | tuple[int, int], inlet: int = 0) -> None:
        """Connect boxes in a row, each from outlet 0 or (box, outlet); the last at `inlet`."""
        for i, (one, other) in enumerate(pairwise(ends)):
            box, outlet = one if isinstance(one, tuple) else (one, 0)
            to = other[0] if isinstance(other, tuple) else other
            at = inlet if i == len(ends) - 2 else 0
            self.lines.append(f"#X connect {box} {outlet} {to} {at};")

    def column(self, x: int, y: int, texts: Iterable[str], step: int = 26) -> list[int]:
        """Add objects one below the other and connect them in that order."""
        boxes = [self.obj(x, y + step * i, text) for i, text in enumerate(texts)]
        self.wire(*boxes)
        return boxes


def escaped(text: str) -> str:
    """Write commas, semicolons and dollars as a patch file wants them."""
    return text.replace("$", "\\$").replace(",", " \\,").replace(";", " \\;")


def each(
    c: Canvas, x: int, y: int, start: int | tuple[int, int], get: str, at: tuple[int, int]
) -> int:
    """Make a loop: `start` says how often `get`, placed `at`, is asked: with 0, 1, 2..."""
    count = c.obj(x, y, "t f b")
    zero, many = c.msg(x + 60, y + 26, "0"), c.obj(x, y + 26, "until")
    number, more = c.obj(x, y + 56, "f"), c.obj(x + 50, y + 56, "+ 1")
    answers = c.obj(*at, get)
    c.wire(start, count, many, number, more)
    c.wire((count, 1), zero, number, inlet=1)
    c.wire(more, number, inlet=1)
    c.wire(number, answers)
    return answers
