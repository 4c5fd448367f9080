"""How many inlets a Max object has, and of what type its outlets are, by its text."""

import re
from collections.abc import Callable

Ports = tuple[int, tuple[str, ...]]

OUTLET_TYPES = {"s": "", "l": "", "b": "bang", "i": "int", "f": "float"}

FIXED: dict[str, Ports] = {
    "bang": (1, ("bang",)),
    "change": (1, ("", "int", "int")),
    "coll": (1, ("", "", "", "")),
    "counter": (5, ("int", "", "", "int")),
    "delay": (2, ("bang",)),
    "float": (2, ("float",)),
    "int": (2, ("int",)),
    "live.thisdevice": (1, ("bang", "int", "int")),
    "loadbang": (1, ("bang",)),
    "metro": (2, ("bang",)),
    "midiin": (1, ("int",)),
    "midiout": (1, ()),
    "prepend": (1, ("",)),
    "print": (1, ()),
    "random": (2, ("int",)),
    "scale": (6, ("",)),
    "sel": (2, ("bang", "")),
    "thispatcher": (1, ("", "")),
    "udpreceive": (1, ("",)),
    "udpsend": (1, ()),
    "uzi": (2, ("bang", "bang", "int")),
    "zl.iter": (2, ("", "")),
    "zl.reg": (2, ("", "")),
    "zl.slice": (2, ("", "")),
    # Boxes that are drawn.
    "comment": (1, ()),
    "inlet": (0, ("",)),
    "lcd": (1, ("list", "list", "int", "")),
    "led": (1, ("int",)),
    "live.dial": (1, ("", "float")),
    "live.menu": (1, ("", "", "float")),
    "live.numbox": (1, ("", "float")),
    "live.text": (1, ("", "")),
    "message": (2, ("",)),
    "outlet": (1, ()),
    "panel": (1, ()),
    "umenu": (1, ("int", "", "")),
}


def _arguments_of(text: str) -> list[str]:
    return [word for word in text.split()[1:] if not word.startswith("@")]


def _element_type(word: str) -> str:
    if word == "s":
        return ""
    return "float" if "." in word else "int"


def _route(text: str) -> Ports:
    count = len(_arguments_of(text)) + 1
    return count, ("",) * count


def _unpack(text: str) -> Ports:
    return 1, tuple(_element_type(word) for word in _arguments_of(text))


def _trigger(text: str) -> Ports:
    return 1, tuple(OUTLET_TYPES[word] for word in _arguments_of(text))


def _pack(text: str) -> Ports:
    return len(_arguments_of(text)), ("",)


def _gate(text: str) -> Ports:
    return 2, ("",) * int(_arguments_of(text)[0])


def _sprintf(text: str) -> Ports:
    return max(1, text.count("%")), ("",)


def _expr(text: str) -> Ports:
    return max(int(digit) for digit in re.findall(r"\$[if](\d)", text)), ("",)


BY_TEXT: dict[str, Callable[[str], Ports]] = {
    "expr": _expr,
    "gate": _gate,
    "pack": _pack,
    "route": _route,
    "sprintf": _sprintf,
    "t": _trigger,
    "unpack": _unpack,
}


def ports_of(text: str) -> Ports:
    """Say how many inlets and which outlets an object has, by its text; KeyError if unknown."""
    name = text.split()[0]
    return BY_TEXT[name](text) if name in BY_TEXT else FIXED[name]
