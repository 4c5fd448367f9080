"""Commands for the harmony: the key, chords that lead it, and the keys that are chords."""

from collections.abc import Mapping

from bridge.engine.command_values import Handler, number
from bridge.engine.performance import Performance
from bridge.events import Command
from models.music.chord_names import pitch_name, read_pitch
from models.music.key import KEY_CONTROL, control_of_key, not_a_key, read_key
from models.music.progression import Progression, held_chord, read_progression

AUTO = "auto"
OFF = "off"


class HarmonyCommands:
    """Sets and tells the key, and lets chords lead."""

    def __init__(self, play: Performance) -> None:
        self._play = play
        self.handlers: Mapping[str, Handler] = {
            "key": self._key,
            "chord": self._chord,
            "split": self._split,
            "split/channel": self._chord_channel,
            "split/thru": self._chord_thru,
        }

    def _key(self, command: Command, now_seconds: float) -> None:
        name = str(command.values[0]).strip() if command.values else ""
        if name:
            self._play.current.set_control(KEY_CONTROL, self._control_of(name))
            self._play.mode.model_changed(self._play.beat_at(now_seconds))
        self._play.parts.shown.tell_key(command.sender)

    def _control_of(self, name: str) -> float:
        if not any(spec.name == KEY_CONTROL for spec in self._play.current.specs):
            raise ValueError(f"{self._play.current.settings.model} cannot be told a key")
        if name.casefold() == AUTO:
            return 0.0
        key = read_key(name)
        if key is None:
            raise ValueError(f"key must be auto, or {not_a_key(name).removeprefix('must be ')}")
        return control_of_key(*key)

    def _chord(self, command: Command, now_seconds: float) -> None:
        said = [str(value) for value in command.values if str(value).strip()]
        progression = _progression(said) if said else None
        if progression is not None and not self._play.current.hears_chords:
            model = self._play.current.settings.model
            raise ValueError(f"{model} follows the melody alone, it hears no chords")
        at_seconds, transport = now_seconds, self._play.parts.playhead.transport
        if transport.playing:
            beat = transport.next_step(self._play.beat_at(now_seconds), 1.0)
            at_seconds = transport.seconds_at(beat)
        name = " ".join(said)
        self._play.lead(progression, name, at_seconds, now_seconds, sender=command.sender)

    # -- the keys that are chords --------------------------------------------------------------
    def _split(self, command: Command, now_seconds: float) -> None:
        key = str(command.values[0]).strip() if command.values else ""
        if key:
            self._change(now_seconds, split=read_split(key))
        self._tell_split(command)

    def _chord_channel(self, command: Command, now_seconds: float) -> None:
        channel = int(number(command.values[0]))
        self._change(now_seconds, chord_channel=channel - 1 if channel else None)
        self._tell_split(command)

    def _chord_thru(self, command: Command, now_seconds: float) -> None:
        self._change(now_seconds, chord_thru=bool(number(command.values[0])))
        self._tell_split(command)

    def _change(self, now_seconds: float, **settings: object) -> None:
        play, lead = self._play, self._play.parts.takes.lead
        play.current.change(**settings)
        if play.current.settings.chord_keys:
            play.say_deaf()
        elif lead.is_by_hand and lead.progression is not None:
            play.lead(None, "", now_seconds, now_seconds)  # no hand leads any more

    def _tell_split(self, command: Command) -> None:
        settings = self._play.current.settings
        key = OFF if settings.split is None else pitch_name(settings.split)
        channel = 0 if settings.chord_channel is None else settings.chord_channel + 1
        self._play.reply("split", key, channel, int(settings.chord_thru), sender=command.sender)


def read_split(key: str) -> int | None:
    """Read the key below which keys are chords; None: `off`. ValueError if it is none."""
    return None if key.casefold() == OFF else read_pitch(key)


def _progression(said: list[str]) -> Progression:
    """Read names, or pitches that are held."""
    words = [word for text in said for word in text.split()]
    if not all(word.lstrip("-").isdecimal() for word in words):
        return read_progression(" ".join(said))
    pitches = [int(word) for word in words]
    wrong = next((p for p in pitches if not 0 <= p <= 127), None)
    if wrong is not None:
        raise ValueError(f"a pitch must be in range 0..127, got {wrong}")
    return held_chord(pitches)
