"""Runs a Max patch without Max: the few objects our patches use, as their reference tells."""

import re
import shlex
from collections.abc import Callable, Iterable

Atom = int | float | str
Message = tuple[Atom, ...]


def atom_of(word: str) -> Atom:
    """Read a word as Max does: a whole number, a broken one, or a symbol."""
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def messages_of(text: str) -> list[Message]:
    """Read a message box: commas divide its messages, quotes hold a symbol together."""
    return [read(part) for part in text.split(",")]


def read(text: str) -> Message:
    atoms = []
    for word in shlex.split(text, posix=False):
        is_quoted = word.startswith('"')
        atoms.append(word[1:-1] if is_quoted else atom_of(word))
    return tuple(atoms)


class Box:
    """A box, its arguments, and what it remembers: `memory`; `shown` for what is drawn."""

    def __init__(self, spec: dict, parent: str):
        self.id = parent + spec["id"]
        self.kind = spec["maxclass"]
        self.text = spec.get("text", "")
        self.args: Message = ()
        if self.kind == "newobj":
            # Attributes such as @defer come last.
            words = self.text.partition(" @")[0].split()
            self.kind, self.args = words[0], tuple(atom_of(word) for word in words[1:])
        self.name = spec.get("varname", "")
        self.rect = spec["patching_rect"]
        self.index = spec.get("index", 0)
        self.memory: dict = {}
        self.shown: dict[str, Message] = {}
        self.content = messages_of(self.text) if self.kind == "message" else []


class Machine:
    """Boxes and cords of all levels; time stands still until it is told to go on."""

    def __init__(self, patcher: dict, *, is_mirrored: bool = False):
        self.boxes: dict[str, Box] = {}
        self.cords: dict[tuple[str, int], list[tuple[str, int]]] = {}
        self.sent: list[Message] = []
        self.scripts: list[Message] = []
        self.due: list[tuple[float, str]] = []
        self.now_ms = 0.0
        self.dice = 41
        self.side = 1 if is_mirrored else -1
        self._load(patcher, "")

    def _load(self, patcher: dict, parent: str) -> None:
        for entry in patcher["boxes"]:
            box = Box(entry["box"], parent)
            self.boxes[box.id] = box
            if "patcher" in entry["box"]:
                self._load(entry["box"]["patcher"], box.id + "/")
        for entry in patcher["lines"]:
            source, target = entry["patchline"]["source"], entry["patchline"]["destination"]
            ends = self.cords.setdefault((parent + source[0], source[1]), [])
            ends.append((parent + target[0], target[1]))

    def named(self, name: str) -> Box:
        return next(box for box in self.boxes.values() if box.name == name)

    def start(self) -> None:
        """Load the patch."""
        for box in list(self.boxes.values()):
            if box.kind in ("loadbang", "live.thisdevice"):
                self.emit(box, 0, ())

    def press(self, name: str, *value: Atom, outlet: int = 0) -> None:
        """Use a drawn box with the mouse."""
        self.emit(self.named(name), outlet, value)

    def receive(self, *message: Atom) -> None:
        """Let an OSC message come in."""
        receiver = next(box for box in self.boxes.values() if box.kind == "udpreceive")
        self.emit(receiver, 0, message)

    def wait(self, ms: float) -> None:
        end = self.now_ms + ms
        while self.due and min(self.due)[0] <= end:
            when, box_id = min(self.due)
            self.due.remove((when, box_id))
            self.now_ms = when
            box = self.boxes[box_id]
            if box.kind == "metro":
                self.due.append((when + box.args[0], box_id))
            self.emit(box, 0, ())
        self.now_ms = end

    def emit(self, box: Box, outlet: int, message: Message) -> None:
        """Send from an outlet: to the box that lies most to the right first, as Max does."""
        ends = self.cords.get((box.id, outlet), [])
        for target, inlet in sorted(ends, key=self._place):
            self.deliver(self.boxes[target], inlet, message)

    def _place(self, end: tuple[str, int]) -> tuple[float, float, int]:
        x, y, *_ = self.boxes[end[0]].rect
        return self.side * x, self.side * y, self.side * end[1]

    def deliver(self, box: Box, inlet: int, message: Message) -> None:
        if box.kind == "p":
            inside = [b for b in self._inside(box) if b.kind == "inlet"]
            self.emit(next(b for b in inside if b.index == inlet + 1), 0, message)
        elif box.kind == "outlet":
            self.emit(self.boxes[box.id.rpartition("/")[0]], box.index - 1, message)
        else:
            OBJECTS[box.kind](self, box, inlet, message)

    def _inside(self, box: Box) -> Iterable[Box]:
        depth = box.id.count("/") + 1
        prefix = box.id + "/"
        return (
            b for b in self.boxes.values() if b.id.startswith(prefix) and b.id.count("/") == depth
        )


def _message(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if inlet == 1 or message[:1] == ("set",):
        box.content = [message if inlet == 1 else message[1:]]
        return
    for content in box.content:
        out = tuple(_filled(atom, message) if isinstance(atom, str) else atom for atom in content)
        m.emit(box, 0, out)


def _filled(word: str, message: Message) -> Atom:
    return message[int(word[1:]) - 1] if re.fullmatch(r"\$\d", word) else word


def _route(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if message and message[0] in box.args:
        m.emit(box, box.args.index(message[0]), message[1:])
    else:
        m.emit(box, len(box.args), message)


def _prepend(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if message[:1] == ("set",):
        box.args = message[1:]
    else:
        m.emit(box, 0, box.args + message)


def _unpack(m: Machine, box: Box, inlet: int, message: Message) -> None:
    for i in reversed(range(min(len(message), len(box.args)))):
        kind = type(box.args[i])
        m.emit(box, i, (message[i] if kind is str else kind(message[i]),))


def _trigger(m: Machine, box: Box, inlet: int, message: Message) -> None:
    makers: dict[str, Callable[[], Message]] = {
        "b": lambda: (),
        "l": lambda: message,
        "s": lambda: message[:1],
        "i": lambda: (int(message[0]),),
        "f": lambda: (float(message[0]),),
    }
    for i in reversed(range(len(box.args))):
        m.emit(box, i, makers[box.args[i]]())


def _stored(box: Box, inlet: int, message: Message, defaults: Message) -> list[Atom]:
    values = box.memory.setdefault("values", list(defaults))
    for i, atom in enumerate(message):
        if inlet + i < len(values):
            values[inlet + i] = atom
    return values


def _pack(m: Machine, box: Box, inlet: int, message: Message) -> None:
    values = _stored(box, inlet, message, box.args)
    if inlet == 0:
        m.emit(box, 0, tuple(values))


def _sprintf(m: Machine, box: Box, inlet: int, message: Message) -> None:
    form = box.text.removeprefix("sprintf ")
    codes = re.findall(r"%\S*?(ld|s|f)", form)
    values = _stored(box, inlet, message, tuple("" if c == "s" else 0 for c in codes))
    if inlet:
        return
    kinds = {"ld": int, "s": str, "f": float}
    filled = form.removeprefix("symout ").replace("%ld", "%d") % tuple(
        kinds[code](value) for code, value in zip(codes, values, strict=True)
    )
    m.emit(box, 0, (filled,) if form.startswith("symout ") else read(filled))


def _expr(m: Machine, box: Box, inlet: int, message: Message) -> None:
    sum_ = box.text.removeprefix("expr ")
    count = max(int(digit) for digit in re.findall(r"\$[if](\d)", sum_))
    values = _stored(box, inlet, message, (0,) * count)
    if inlet:
        return
    for i, value in enumerate(values, 1):
        sum_ = sum_.replace(f"$i{i}", str(int(value))).replace(f"$f{i}", str(float(value)))
    m.emit(box, 0, (eval(sum_, {"__builtins__": {"int": int}}) + 0,))


def _scale(m: Machine, box: Box, inlet: int, message: Message) -> None:
    x, low, high, out_low, out_high = _stored(box, inlet, message, (0.0, *box.args))
    if inlet == 0:
        m.emit(box, 0, (out_low + (x - low) / (high - low) * (out_high - out_low),))


def _sel(m: Machine, box: Box, inlet: int, message: Message) -> None:
    is_equal = message == box.args
    m.emit(box, 0 if is_equal else 1, () if is_equal else message)


def _change(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if message[0] != box.memory.setdefault("last", 0):
        box.memory["last"] = message[0]
        m.emit(box, 0, message)


def _gate(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if inlet == 0:
        box.memory["open"] = message[0]
        return
    open_ = box.memory.get("open", box.args[1] if len(box.args) > 1 else 0)
    if open_:
        m.emit(box, open_ - 1, message)


def _counter(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if message[:1] == ("set",):
        box.memory["next"] = message[1]
        return
    count = box.memory.get("next", box.args[0])
    box.memory["next"] = count + 1
    m.emit(box, 0, (count,))


def _random(m: Machine, box: Box, inlet: int, message: Message) -> None:
    m.emit(box, 0, (m.dice,))


def _metro(m: Machine, box: Box, inlet: int, message: Message) -> None:
    m.due = [(when, i) for when, i in m.due if i != box.id]
    m.due.append((m.now_ms, box.id))
    m.wait(0)


def _delay(m: Machine, box: Box, inlet: int, message: Message) -> None:
    m.due = [(when, i) for when, i in m.due if i != box.id]
    m.due.append((m.now_ms + box.args[0], box.id))


def _coll(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if message == ("clear",):
        box.memory.clear()
    elif message[0] == "store":
        box.memory[message[1]] = message[2:]
    elif message[0] in box.memory:
        m.emit(box, 0, box.memory[message[0]])


def _number(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if message:
        box.memory["value"] = {"int": int, "float": float}[box.kind](message[0])
    if inlet == 0:
        m.emit(box, 0, (box.memory.get("value", 0),))


def _reg(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if message:
        box.memory["list"] = message
    if inlet == 0:
        m.emit(box, 0, box.memory.get("list", ()))


def _slice(m: Machine, box: Box, inlet: int, message: Message) -> None:
    if message[box.args[0] :]:
        m.emit(box, 1, message[box.args[0] :])
    m.emit(box, 0, message[: box.args[0]])


def _iter(m: Machine, box: Box, inlet: int, message: Message) -> None:
    for i in range(0, len(message), box.args[0]):
        m.emit(box, 0, message[i : i + box.args[0]])


def _uzi(m: Machine, box: Box, inlet: int, message: Message) -> None:
    for i in range(message[0]):
        m.emit(box, 2, (i + box.args[1],))
        m.emit(box, 0, ())


def _drawn(m: Machine, box: Box, inlet: int, message: Message) -> None:
    """Remember the last message of each kind, and the entries of a menu."""
    word = message[0] if message else "bang"
    box.shown[str(word)] = message[1:]
    box.memory.setdefault("all", []).append(message)
    if word == "clear":
        box.memory["items"] = []
    elif word == "append":
        box.memory.setdefault("items", []).append(message[1])


def _sent(m: Machine, box: Box, inlet: int, message: Message) -> None:
    m.sent.append(message)


def _script(m: Machine, box: Box, inlet: int, message: Message) -> None:
    m.scripts.append(message)


DRAWN = "comment lcd led live.dial live.menu live.numbox panel print umenu"

OBJECTS: dict[str, Callable[[Machine, Box, int, Message], None]] = {
    **dict.fromkeys(DRAWN.split(), _drawn),
    "change": _change,
    "coll": _coll,
    "counter": _counter,
    "delay": _delay,
    "expr": _expr,
    "float": _number,
    "gate": _gate,
    "int": _number,
    "message": _message,
    "metro": _metro,
    "pack": _pack,
    "prepend": _prepend,
    "random": _random,
    "route": _route,
    "scale": _scale,
    "sel": _sel,
    "sprintf": _sprintf,
    "t": _trigger,
    "thispatcher": _script,
    "udpsend": _sent,
    "unpack": _unpack,
    "uzi": _uzi,
    "zl.iter": _iter,
    "zl.reg": _reg,
    "zl.slice": _slice,
}
