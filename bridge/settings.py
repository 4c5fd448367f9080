"""What a musician sets before playing: mode, bars, tempo, model, channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.music.chord_names import pitch_name
from models.music.clip import Track
from models.music.progression import read_progression
from models.music.tempo import Meter

MODES = ("answer", "loop", "follow")
# By the name that is given to --clock: what a musician calls it.
CLOCK_NAMES = {
    "internal": "Continuo's clock",
    "midi": "MIDI clock",
    "link": "Ableton Link",
    "jack": "JACK's transport",
    "live": "Live (with its script)",
}
CLOCKS = tuple(CLOCK_NAMES)
STARTS = ("note", "grid")
OFF = "off"
# What helps at the keyboard: what a key sounds, and in which order keys take turns.
AUTO_CHORDS = (OFF, "triad", "seventh", "power")
ARPEGGIOS = (OFF, "up", "down", "up-down", "random")
# In beats, by the names that musicians give them; t: triplets.
ARPEGGIO_RATES = {
    "1/4": 1.0, "1/4t": 2 / 3, "1/8": 0.5, "1/8t": 1 / 3, "1/16": 0.25, "1/16t": 1 / 6,
}  # fmt: skip
CLICK_CHANNEL = 15
# By the name of the setting: the least and the most that it can be.
WHOLE_LIMITS = {
    "bars": (1, 64), "count_in_bars": (0, 8), "ahead": (1, 8), "extension": (1, 256),
    "octave": (-3, 3), "arpeggio_octaves": (1, 4),
}  # fmt: skip
LIMITS = {
    "bpm": (20.0, 400.0),
    "quantise": (0.0, 1.0),
    "commit": (0.25, 16.0),
    "offset_ms": (-500.0, 500.0),
    "arpeggio_gate": (0.05, 1.0),
}
EARLY = 0.125  # an onset this many beats before its place was meant for that place


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be in range {low:g}..{high:g}, got {value:g}")


def _check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")


def program_words(program: int) -> str:
    """Name a MIDI program (0-127) as people count it, and as it is sent."""
    return f"program {program + 1} (sent as {program})"


@dataclass(frozen=True, slots=True)
class Channels:
    """Output channels, 0-15: thru, one a melodic accompaniment track, drums, click."""

    thru: int = 0
    accompaniment: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14)
    drums: int = 9
    click: int = CLICK_CHANNEL

    def __post_init__(self) -> None:
        if not self.accompaniment:
            raise ValueError("accompaniment needs at least one channel")
        for channel in (self.thru, *self.accompaniment, self.drums, self.click):
            _check("channel", channel, 0, 15)

    @property
    def spare(self) -> tuple[int, ...]:
        """Channels for notes that are bent one by one: those that accompaniments need last."""
        return self.accompaniment[::-1]

    def of(self, tracks: Sequence[Track]) -> tuple[int, ...]:
        """Give each track its channel; with more tracks than channels they start over."""
        free, out = 0, []
        for track in tracks:
            if track.is_drum:
                out.append(self.drums)
                continue
            out.append(self.accompaniment[free % len(self.accompaniment)])
            free += 1
        return tuple(out)


@dataclass(frozen=True, slots=True)
class PlaySettings:
    """How to play; `start` and `pickup` say where the first note of a phrase lies.

    start "note": the first note is the down-beat (or `pickup` beats before it). start "grid": the
    bar lines run by themselves. Left out, the grid runs if a click or a count-in lets it be heard.
    `offsets_ms`: by clock, positive: Continuo later. In follow mode `ahead` bars are planned, and
    settled in steps of `commit` beats.
    """

    model: str
    bars: int = 4
    bpm: float = 100.0
    meter: Meter = field(default_factory=Meter)
    mode: str = "answer"
    seed: int = 0
    controls: Mapping[str, float] = field(default_factory=dict)
    quantise: float = 0.0
    echo: bool = False
    click: bool = False
    count_in_bars: int = 0
    thru: bool = True
    channels: Channels = Channels()
    programs: Mapping[str, int] = field(default_factory=dict)  # by track, in place of the model's
    sends_programs: bool = True
    start: str | None = None
    pickup: float = 0.0
    clock: str = "internal"
    offsets_ms: Mapping[str, float] = field(default_factory=dict)
    clock_out: bool = False
    ahead: int = 2
    commit: float = 0.5
    chords: str = ""  # that lead the harmony, by name, a bar each
    chords_track: bool = False  # takes have a track of them
    live: bool = False  # every take goes into Ableton Live's set, not only what is kept
    then: tuple[str, ...] = ()  # models that go on with what the first one made
    extension: int = 8  # bars that a model which extends goes on for, at most
    split: int | None = None  # the pitch below which keys are chords, not melody
    chord_channel: int | None = None  # 0-15: keys that come in on it are chords, wherever they are
    chord_thru: bool = True  # the keys of chords are heard
    octave: int = 0  # keys of the melody sound so many octaves higher
    auto_chord: str = OFF  # and as chords of the key
    arpeggio: str = OFF  # or take turns, in this order
    arpeggio_rate: str = "1/8"
    arpeggio_octaves: int = 1
    arpeggio_gate: float = 0.8  # how much of its turn a note sounds
    arpeggio_hold: bool = False  # they go on when the keys are let go
    is_demo: bool = False  # a melody plays by itself: nobody is waited for

    def __post_init__(self) -> None:
        self._check_limits()
        _check("pickup", self.pickup, 0, self.meter.beats_per_bar)
        _check("split", 127 if self.split is None else self.split, 1, 127)
        _check("chord channel", self.chord_channel or 0, 0, 15)
        for program in self.programs.values():
            _check("program", program, 0, 127)
        for offset_ms in self.offsets_ms.values():
            _check("offset_ms", offset_ms, *LIMITS["offset_ms"])
        if self.chords:
            read_progression(self.chords)
        _check_choice("clock", self.clock, CLOCKS)
        _check_choice("mode", self.mode, MODES)
        if self.start is not None:
            _check_choice("start", self.start, STARTS)
        _check_choice("auto-chord", self.auto_chord, AUTO_CHORDS)
        _check_choice("arpeggio", self.arpeggio, ARPEGGIOS)
        _check_choice("arpeggio rate", self.arpeggio_rate, tuple(ARPEGGIO_RATES))

    def _check_limits(self) -> None:
        for name, (low, high) in (LIMITS | WHOLE_LIMITS).items():
            if name != "offset_ms":
                _check(name.replace("_", " "), getattr(self, name), low, high)

    @property
    def length(self) -> float:
        """Beats in a phrase."""
        return self.bars * self.meter.beats_per_bar

    @property
    def lead(self) -> float:
        """Beats before a phrase's end that are the next one's pick-up whatever else is played.

        A loop has no next phrase: its own pick-up leads from each pass into the next.
        """
        has_next = self.mode == "answer" and 0 < self.pickup < self.length
        return self.pickup + EARLY if has_next else 0.0

    @property
    def chord_keys(self) -> str:
        """Say which keys are chords; empty: none."""
        below = f"keys below {pitch_name(self.split)}" if self.split is not None else ""
        channel = "" if self.chord_channel is None else f"keys on channel {self.chord_channel + 1}"
        return " and ".join(words for words in (below, channel) if words)

    def is_chord_key(self, channel: int, pitch: int) -> bool:
        """Whether a key that comes in on this channel (0-15) belongs to a chord."""
        return channel == self.chord_channel or (self.split is not None and pitch < self.split)

    @property
    def counts_in(self) -> bool:
        """Whether a count-in comes before the running bar lines."""
        return self.runs_grid and self.count_in_bars > 0

    @property
    def runs_grid(self) -> bool:
        """Whether the bar lines run before anything is played."""
        if self.start is None:
            return self.click or self.count_in_bars > 0
        return self.start == "grid"
