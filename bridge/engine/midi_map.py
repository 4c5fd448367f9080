"""Which control change does what: buttons that are pressed once, knobs that stand somewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import mido

from bridge.current_settings import DENSITY
from bridge.modes.sections import SECTIONS
from bridge.notes.controllers import PANIC_CONTROLS, SUSTAIN
from models.suggestions import near_names

# A control change: its number, and its channel 0-15 or None for any.
ControlChange = tuple[int, int | None]

# What helps at the keyboard (see helper_controls.py).
HELPER_BUTTONS = ("octave-up", "octave-down", "hold", "tap")
HELPER_KNOBS = ("auto-chord", "arpeggio", "arpeggio-rate", "arpeggio-octaves", "arpeggio-gate")
BUTTONS = (
    *("generate", "keep", "next", "drop", "loop", "record", "panic", "harmonise"),
    *SECTIONS,
    *HELPER_BUTTONS,
)
DEFAULTS: Mapping[str, ControlChange] = {
    "generate": (102, None),
    "keep": (103, None),
    "next": (104, None),
    "loop": (105, None),
    "drop": (106, None),
    "record": (107, None),
    "panic": (108, None),
    "harmonise": (109, None),
    **{name: (110 + i, None) for i, name in enumerate(SECTIONS)},
    DENSITY: (1, None),
    "temperature": (2, None),
}
# What MIDI itself means by some numbers; from 120 on they are no controls at all.
_TAKEN = {0: "bank select", 32: "bank select", SUSTAIN: "the sustain pedal"}
_MODE_MESSAGES = range(120, 128)
_PRESS_SECONDS = 0.3  # one press of a pedal that sends many values
_MIDDLE = 64
_NONE_YET = -1
_SHOWN = 64  # letters of a wrong name


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A button was pressed."""

    function: str
    passes = False


@dataclass(frozen=True, slots=True)
class ButtonHeld:
    """A message of a button that is no press: it is still down, or was let go."""

    function: str
    passes = False


@dataclass(frozen=True, slots=True)
class KnobTurned:
    """A knob was turned to this position, 0..1; the sound hears it as well."""

    function: str
    position: float
    passes = True


@dataclass(frozen=True, slots=True)
class Learned:
    """A function learnt its control change (channel 0-15); `lost` are those that had it before."""

    function: str
    cc: int
    channel: int
    lost: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the sound hears the message as well."""
        return self.function not in BUTTONS


# `passes`: whether the message goes on to the sound as well, as if it had no function.
Taken = ButtonPressed | ButtonHeld | KnobTurned | Learned


class MidiMap:
    """Gives control changes their functions. One control change has one function, the newest.

    `controls` are the names of the models' controls, each of which can be a function.
    """

    def __init__(
        self, mapping: Mapping[str, ControlChange] = DEFAULTS, controls: Iterable[str] = ()
    ) -> None:
        self._by_function: dict[str, ControlChange] = {}
        self._pressed: dict[tuple[int, int], float] = {}  # seconds, by channel and control
        self._controls: tuple[str, ...] = tuple(controls)
        self.learning: str | None = None
        for function, (cc, channel) in mapping.items():
            check_control(cc, channel)
            self._put(function, (cc, channel))

    # -- what there is ---------------------------------------------------------------------
    @property
    def mapping(self) -> dict[str, ControlChange]:
        """The functions that have a control change, as they are saved."""
        return dict(self._by_function)

    @property
    def functions(self) -> tuple[str, ...]:
        """All that a control change can do, those of other models last."""
        own = (*DEFAULTS, *HELPER_BUTTONS, *HELPER_KNOBS)
        return tuple(dict.fromkeys([*own, *self._controls, *self._by_function]))

    def items(self) -> Iterator[tuple[str, int | None, int | None]]:
        """Give every function with its control and channel; None: none yet, any channel."""
        for function in self.functions:
            cc, channel = self._by_function.get(function, (None, None))
            yield function, cc, channel

    def item(self, function: str) -> tuple[int, int]:
        """Say a function's control and channel as OSC does: -1 none yet, 1-16, 0 any channel."""
        cc, channel = self._by_function.get(function, (_NONE_YET, None))
        return cc, 0 if channel is None else channel + 1

    def know(self, controls: Iterable[str]) -> None:
        """Take the names of the models' controls anew; what is mapped stays."""
        self._controls = tuple(controls)

    # -- changing it -----------------------------------------------------------------------
    def map(self, function: str, cc: int, channel: int | None = None) -> tuple[str, ...]:
        """Give a function its control change; return the functions that had it before.

        `channel` is 0-15, None any. ValueError if the function or the control cannot be.
        """
        self._check_function(function)
        check_control(cc, channel)
        self._unlearn(function)
        return self._put(function, (cc, channel))

    def learn(self, function: str) -> None:
        """Give a function the next control change that arrives; ValueError if it is unknown."""
        self._check_function(function)
        self.learning = function

    def forget(self, function: str) -> None:
        """Take its control change from a function, or end its learning; ValueError if unknown."""
        self._check_function(function)
        self._unlearn(function)
        self._by_function.pop(function, None)

    def lose(self) -> None:
        """Count every button as up: the port that they came from is gone."""
        self._pressed.clear()

    # -- playing ---------------------------------------------------------------------------
    def take(self, message: mido.Message, at_seconds: float) -> Taken | None:
        """Say what a message does; None: nothing, it is the sound's alone."""
        if message.type != "control_change":
            return None
        if message.control in PANIC_CONTROLS:
            return ButtonPressed("panic")
        if self.learning is not None and _why_taken(message.control) is None:
            return self._learned(self.learning, message, at_seconds)
        function = self._function_of(message.control, message.channel)
        if function is None:
            return None
        if function not in BUTTONS:
            return KnobTurned(function, _position(message.value))
        return (
            ButtonPressed(function) if self._is_press(message, at_seconds) else ButtonHeld(function)
        )

    def _learned(self, function: str, message: mido.Message, at_seconds: float) -> Learned:
        self.learning = None
        # The rest of this movement is no press yet.
        self._pressed[message.channel, message.control] = at_seconds
        lost = self._put(function, (message.control, message.channel))
        return Learned(function, message.control, message.channel, lost)

    def _is_press(self, message: mido.Message, at_seconds: float) -> bool:
        # Some pedals send 1 and some 127, some every value on the way, and some buttons never 0.
        button = (message.channel, message.control)
        if message.value == 0:
            self._pressed.pop(button, None)
            return False
        is_new = at_seconds - self._pressed.get(button, float("-inf")) > _PRESS_SECONDS
        self._pressed[button] = at_seconds
        return is_new

    def _function_of(self, cc: int, channel: int) -> str | None:
        found = (f for f, c in self._by_function.items() if _meet(c, (cc, channel)))
        return next(found, None)

    def _put(self, function: str, control: ControlChange) -> tuple[str, ...]:
        lost = tuple(
            other
            for other, its in self._by_function.items()
            if other != function and _meet(its, control)
        )
        for other in lost:
            del self._by_function[other]
        self._by_function[function] = control
        return lost

    def _unlearn(self, function: str) -> None:
        if self.learning == function:
            self.learning = None

    def _check_function(self, function: str) -> None:
        if function not in self.functions:
            near = near_names(function, self.functions)
            raise ValueError(f"no control change can do {function[:_SHOWN]!r}; {near}")


def check_control(cc: int, channel: int | None) -> None:
    """Raise ValueError unless this control change may get a function; `channel` is 0-15."""
    if not 0 <= cc <= 127:
        raise ValueError(f"cc must be in range 0..127, got {cc}")
    if channel is not None and not 0 <= channel <= 15:
        raise ValueError(f"channel must be in range 1..16, got {channel + 1}")
    why = _why_taken(cc)
    if why is not None:
        raise ValueError(f"cc {cc} is {why}; choose another, 20-31 and 102-119 are free of meaning")


def position_to_value(low: float, high: float, position: float) -> float:
    """Give the value of a control in low..high at a knob's position, 0..1."""
    if position >= 1.0:
        return high
    return min(max(low + (high - low) * position, low), high)


def _position(value: int) -> float:
    # 64 is the middle, where many knobs and all pitch-like ones have their notch.
    if value <= _MIDDLE:
        return value / (2 * _MIDDLE)
    return 0.5 + (value - _MIDDLE) / (2 * (127 - _MIDDLE))


def _why_taken(cc: int) -> str | None:
    if cc in _MODE_MESSAGES:
        return "a channel mode message"
    return _TAKEN.get(cc)


def _meet(one: ControlChange, other: ControlChange) -> bool:
    return one[0] == other[0] and (None in (one[1], other[1]) or one[1] == other[1])
