"""Commands for the harmony: the key, and chords that lead it."""

from collections.abc import Mapping

from bridge.engine.command_values import Handler
from bridge.engine.performance import Performance
from bridge.events import Command
from models.music.key import KEY_CONTROL, control_of_key, read_key
from models.music.progression import Progression, held_chord, read_progression

AUTO = "auto"


class HarmonyCommands:
    """Sets and tells the key, and lets chords lead."""

    def __init__(self, play: Performance) -> None:
        self._play = play
        self.handlers: Mapping[str, Handler] = {"key": self._key, "chord": self._chord}

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
            raise ValueError(f"key must look like G, F#m or Bb, or be auto, got {name!r}")
        return control_of_key(*key)

    def _chord(self, command: Command, now_seconds: float) -> None:
        said = [str(value) for value in command.values if str(value).strip()]
        progression = _progression(said) if said else None
        if progression is not None and not self._play.current.hears_chords:
            model = self._play.current.settings.model
            raise ValueError(f"{model} follows the melody alone, it hears no chords")
        playhead = self._play.parts.playhead
        at_seconds, beat = now_seconds, playhead.beat_at(now_seconds)
        if playhead.playing:
            transport = playhead.transport
            at_seconds = transport.seconds_at(transport.next_step(beat, 1.0))
        self._play.parts.takes.lead.say(at_seconds, progression)
        self._play.mode.model_changed(beat)
        self._play.reply("chord/lead", " ".join(said), sender=command.sender)


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
