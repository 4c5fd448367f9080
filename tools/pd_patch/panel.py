"""What a player sees of examples/continuo.pd."""

from collections.abc import Iterable

from tools.pd_patch.canvas import BLUE, GREEN, WHITE, Canvas
from tools.pd_patch.parts import CONTROLS, MODELS

# pitch start duration velocity: the first four bars of bridge/melodies/first_light.mid.
MELODY = (
    "67 0 1 84, 69 1 1 75, 71 2 1 76, 74 3 1 77, 72 4 1 86, 71 5 1 76, 69 6 2 75, 71 8 1 86,"
    "74 9 1 77, 76 10 1 78, 74 11 0.5 77, 72 11.5 0.5 76, 71 12 1 86, 67 13 1 74, 69 14 2 75"
)


def panel() -> Canvas:
    """What a player sees: ground, boxes, and messages that are the addresses themselves."""
    c = Canvas(970, 750)
    c.area(10, 10, 940, 56, BLUE)
    c.note(
        20,
        14,
        "CONTINUO: play or send a melody, and the accompaniment comes in on the next bar",
        100,
    )
    c.note(
        20, 38, "1 start: continuo play    2 wait for the cross    3 melody, generate, start", 100
    )
    _state(c)
    _phrase(c)
    _model(c)
    _clip(c)
    _any(c)
    return c


def _messages(c: Canvas, x: int, y: int, target: str, texts: Iterable[str]) -> int:
    """Put messages one below the other; they send to `target`, whose number is the answer."""
    boxes = [c.msg(x, y + 26 * i, text) for i, text in enumerate(texts)]
    to = c.obj(x, y + 26 * len(boxes) + 4, target)
    for box in boxes:
        c.wire(box, to)
    return to


def _state(c: Canvas) -> None:
    c.area(10, 76, 300, 480)
    c.note(20, 82, "found")
    c.toggle(70, 82, "continuo-connected")
    c.note(100, 82, "its port, mine:")
    c.wire(c.msg(210, 82, "11020 11021"), c.obj(160, 108, "s continuo-ports"))
    for i, name in enumerate(("state", "model", "mode", "clock")):
        c.note(20, 140 + 24 * i, name)
        c.word(70, 140 + 24 * i, 12, f"$0-{name}")
    for i, name in enumerate(("bar", "beat", "errors", "late")):
        c.note(185, 140 + 24 * i, name)
        c.number(240, 140 + 24 * i, 5, f"$0-{name}")
    c.bang(20, 244, 44, GREEN, "$0-light")
    words = ("transport/start", "transport/stop", "transport/locate 0", "panic", "record/start")
    _messages(c, 20, 306, "s continuo", (*words, "record/stop"))
    modes = ("mode answer", "mode loop", "mode follow")
    clocks = ("clock internal", "clock midi", "clock link", "clock jack")
    send = _messages(c, 170, 306, "s continuo", (*modes, *clocks))
    for i, (name, text) in enumerate((("bpm", "transport/tempo $1"), ("bars", "bars $1"))):
        c.note(74, 244 + 26 * i, name)
        c.wire(c.number(110, 244 + 26 * i, 5, f"$0-{name}"), c.msg(170, 244 + 26 * i, text), send)


def _phrase(c: Canvas) -> None:
    c.area(320, 76, 300, 300)
    c.note(330, 82, "the phrase (click to edit): pitch start duration velocity", 40)
    c.text(330, 120, "continuo-melody", MELODY)
    words = ("melody", "generate", "keep", "next", "drop")
    _messages(c, 330, 158, "s continuo-take", words)
    for i, (name, label) in enumerate((("id", "take"), ("seed", "seed"), ("length", "beats"))):
        c.note(430, 158 + 26 * i, label)
        add = c.word if name == "id" else c.number
        add(480, 158 + 26 * i, 14, f"$0-first-{name}", f"continuo-{name}")
    c.toggle(430, 238, "empty", "continuo-play")
    c.note(454, 238, "play it here, by MIDI")
    c.toggle(430, 264, "empty", "continuo-log")
    c.note(454, 264, "print what comes")
    c.note(330, 330, "Play it here or at Continuo Out, not at both.", 38)


def _model(c: Canvas) -> None:
    c.area(630, 76, 320, 370)
    c.note(640, 82, "models: click to load")
    for i in range(MODELS):
        c.bang(640, 106 + 24 * i, 18, WHITE, "empty", f"$0-load-{i + 1}")
        c.word(670, 106 + 24 * i, 24, f"$0-model-{i + 1}")
    c.note(640, 270, "controls of the model in force")
    for i in range(1, CONTROLS + 1):
        c.word(640, 270 + 26 * i, 14, f"$0-name-{i}")
        c.slider(750, 270 + 26 * i, 130, f"$0-set-{i}", f"$0-slider-{i}")
        c.number(890, 270 + 26 * i, 6, f"$0-value-{i}")


def _clip(c: Canvas) -> None:
    c.area(320, 386, 300, 170)
    c.note(330, 392, "the newest take")
    fields = (("id", 10), ("from", 10), ("seed", 5), ("length", 5), ("tracks", 5), ("count", 5))
    for i, (name, width) in enumerate(fields):
        x, y = 330 + 145 * (i % 2), 420 + 26 * (i // 2)
        c.note(x, y, {"count": "notes", "from": "model"}.get(name, name))
        (c.word if width == 10 else c.number)(x + 55, y, width, f"$0-{name}")
    c.note(330, 498, "verdict")
    c.word(385, 498, 10, "$0-verdict")
    c.note(330, 524, "saved")
    c.word(385, 524, 32, "$0-saved")
    c.sub(20, 570, "continuo-clip", Canvas(600, 200), "0 0 600 116 600 116 2 0 0")


def _any(c: Canvas) -> None:
    c.area(630, 456, 320, 230)
    c.note(640, 462, "any address goes to s continuo, like this:", 46)
    left = ("ping 1", "status", "help generate", "cc/list", "cc/learn generate")
    _messages(c, 640, 488, "s continuo", left)
    right = ("cps 0.5", "plan", "clock/out 1", "control movement 1", "bars zero")
    _messages(c, 790, 488, "s continuo", right)
    c.note(866, 592, "a mistake")
    c.note(640, 656, "error")
    c.word(690, 656, 35, "$0-error")
