"""Commands for phrases and takes: bars, mode, record, melodies sent, generate, keep, drop, next."""

from collections.abc import Mapping
from dataclasses import replace

from bridge.engine.command_values import Handler, number, requester
from bridge.engine.performance import MODES, Performance
from bridge.events import Command
from bridge.takes.take import Take
from models.music.clip import Clip


class TakeCommands:
    """Asks the mode in force, and the takes, for what musicians want."""

    def __init__(self, play: Performance) -> None:
        self._play = play
        self.handlers: Mapping[str, Handler] = {
            "bars": self._bars,
            "mode": self._mode,
            "record/start": self._record,
            "record/stop": lambda _, now: play.mode.end_phrase(play.beat_at(now)),
            "melody/end": self._melody,
            "melody/harmonise": self._harmonise,
            "generate": self._generate,
            "take/keep": lambda c, _: self._judge(c, "kept"),
            "take/drop": lambda c, _: self._judge(c, "dropped"),
            "take/next": self._next,
            "fill": self._fill,
            "extension": self._extension,
            "plan": lambda c, _: play.mode.show_plan(c.sender),
        }

    def _bars(self, command: Command, _now: float) -> None:
        bars = int(number(command.values[0]))
        self._play.current.change(bars=bars)
        self._play.reply("bars", bars, sender=command.sender)

    def _mode(self, command: Command, now_seconds: float) -> None:
        name = str(command.values[0])
        if name not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}, got {name!r}")
        current = self._play.current
        current.check_chain(current.settings.model, current.settings.then, name)
        self._play.choose_mode(name, now_seconds, command.sender)

    def _extension(self, command: Command, _now: float) -> None:
        bars = int(number(command.values[0]))
        self._play.current.change(extension=bars)
        self._play.reply("extension", bars, sender=command.sender)

    def _record(self, _command: Command, now_seconds: float) -> None:
        self._play.mode.record(self._play.beat_at(now_seconds), now_seconds)

    def _melody(self, command: Command, _now: float) -> None:
        take_id, clip = command.values
        if not isinstance(clip, Clip):
            raise ValueError("a melody needs notes")
        phrases = self._play.parts.takes.phrases
        phrases.keep(str(take_id), None)
        if not clip.notes:
            raise ValueError("the phrase has no notes: send melody/note before melody/end")
        last = max(note.start for note in clip.notes)
        if last >= clip.length:
            raise ValueError(
                f"a note starts at {last:g}, and the phrase's length is {clip.length:g} beats: "
                "send melody/begin with a longer one"
            )
        phrases.keep(str(take_id), clip)
        self._play.mode.slots.last_melody = clip
        self._play.reply("melody/set", str(take_id), len(clip.notes), sender=command.sender)

    def _harmonise(self, command: Command, now_seconds: float) -> None:
        """Give a melody of another program to the models, at its tempo; it is not played from here.

        With two beats more it is filled between them.
        """
        take_id, clip, bpm, *span = command.values
        self._say_loading(command)
        self._melody(replace(command, values=(take_id, clip)), now_seconds)
        if isinstance(clip, Clip):
            takes = self._play.parts.takes
            asked = (number(bpm), requester(command))
            if span:
                begin, end = (number(beat) for beat in span)
                takes.request_filling(str(take_id), clip, (begin, end), *asked)
            else:
                takes.request_take(str(take_id), clip, *asked)

    def _say_loading(self, command: Command) -> None:
        """Tell who asks for a take that it takes longer."""
        if loading := self._play.parts.takes.loading:
            self._play.reply("worker", "loading", loading, sender=command.sender)

    def _generate(self, command: Command, _now: float) -> None:
        self._say_loading(command)
        if not command.values:
            self._play.mode.generate()
            return
        seed = None if len(command.values) < 2 else int(number(command.values[1]))
        self._play.mode.slots.request_take(str(command.values[0]), seed, requester(command))

    def _fill(self, command: Command, _now: float) -> None:
        self._say_loading(command)
        begin, end = (number(value) for value in command.values[:2])
        take_id = str(command.values[2]) if len(command.values) > 2 else ""
        self._play.mode.slots.fill((begin, end), take_id, requester(command))

    def _take(self, command: Command) -> Take:
        take_id = str(command.values[0])
        take = self._play.parts.takes.find(take_id)
        if take is None:
            which = f"there is no take {take_id!r}" if take_id else "there is no take yet"
            raise ValueError(f"{which}: generate one first")
        return take

    def _judge(self, command: Command, verdict: str) -> None:
        take = self._take(command)
        self._play.parts.keeping.judge(take, verdict)
        if verdict == "dropped":
            self._play.mode.slots.drop(take)
        self._play.reply("take", take.take_id, verdict, sender=command.sender)

    def _next(self, command: Command, _now: float) -> None:
        self._say_loading(command)
        self._play.mode.slots.request_next(self._take(command), requester(command))
