"""What can be asked of Continuo, by name: from OSC, from a button, from a signal."""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from types import MappingProxyType

from bridge.engine.clock_follower import ClockFollower
from bridge.engine.midi_map import Learned, MidiMap, position_to_value
from bridge.engine.partner import Handler
from bridge.engine.performance import MODES, Performance
from bridge.events import Command, Value
from bridge.interfaces import TakeStore
from bridge.takes.take import Take
from models.music.clip import Clip

_LAST_BEAT = 100_000

# Buttons that mean a take (the newest), or make one.
_BUTTONS = {
    "keep": "take/keep",
    "next": "take/next",
    "drop": "take/drop",
    "harmonise": "live/harmonise",
}


class Commands:
    """Obeys commands; one that cannot be obeyed is answered with an error to its sender."""

    def __init__(
        self,
        play: Performance,
        clock_follower: ClockFollower,
        midi_map: MidiMap,
        store: TakeStore,
        more: Mapping[str, Handler] = MappingProxyType({}),
    ) -> None:
        self._play, self._clock_follower, self._midi_map = play, clock_follower, midi_map
        self._store = store
        self._handlers: dict[str, Handler] = {
            "ping": self._ping,
            "status": self._status,
            "model/list": self._list_models,
            "model/load": self._load_model,
            "model": self._load_model,
            "control": self._control,
            "control/list": self._list_controls,
            "transport/start": self._start,
            "stop": lambda _, now: self._stop(now),
            "tempo": lambda c, now: self._clock_follower.set_tempo(_number(c.values[0]), now),
            "cps": self._cps,
            "transport/locate": self._locate,
            "bars": self._bars,
            "mode": self._mode,
            "record": self._record,
            "record/stop": lambda _, now: self._play.mode.end_phrase(self._beat(now)),
            "melody": self._melody,
            "melody/harmonise": self._harmonise,
            "generate": self._generate,
            "take/keep": lambda c, _: self._judge(c, "kept"),
            "take/drop": lambda c, _: self._judge(c, "dropped"),
            "take/next": self._next,
            "plan": lambda c, _: self._play.mode.show_plan(c.sender),
            "panic": lambda _, now: self._play.panic(now),
            "clock": self._clock,
            "clock/offset": self._offset,
            "clock/out": self._clock_out,
            "cc/map": self._map,
            "cc/learn": self._learn,
            "cc/forget": self._forget,
            "cc/list": self._list_map,
            **more,
        }

    def run(self, command: Command, now_seconds: float) -> None:
        """Do what the command says, or say why not."""
        handler = self._handlers.get(command.name)
        try:
            if handler is None:
                raise ValueError(f"no command is called {command.name!r}")
            handler(command, now_seconds)
        except (ValueError, IndexError) as error:
            self._play.notice("error", str(error), command.address, command.sender)

    # -- the player's buttons and knobs ------------------------------------------------------
    def press(self, function: str, at_seconds: float, now_seconds: float) -> None:
        """Do what a button is for."""
        if function == "loop":
            mode = "answer" if self._play.current.settings.mode == "loop" else "loop"
            self._play.choose_mode(mode, now_seconds)
            self._play.notice("info", f"mode {mode} from the next bar line on")
            return
        name = _BUTTONS.get(function, function)
        values: tuple[Value, ...] = ("",) if function in _BUTTONS else ()
        self.run(Command(at_seconds, name, values), now_seconds)

    def set_control(self, function: str, position: float) -> None:
        """Turn the control that a knob is for; a model without it is not troubled."""
        try:
            spec = self._play.current.find_control(function)
        except ValueError:
            return
        name, value = self._play.current.set_control(
            spec.name, position_to_value(spec.low, spec.high, position)
        )
        self._play.reply("control", name, value)

    def learned(self, learned: Learned) -> None:
        """Keep what a function learnt, and tell."""
        self._play.notice("info", f"control change {learned.cc} is now {learned.function}")
        self._mapped(learned.function, *learned.lost)

    # -- what is going on --------------------------------------------------------------------
    def _beat(self, now_seconds: float) -> float:
        return self._play.parts.playhead.beat_at(now_seconds)

    def _ping(self, command: Command, _now: float) -> None:
        self._play.reply("pong", *_plain(command), sender=command.sender)

    def _status(self, command: Command, now_seconds: float) -> None:
        play, settings = self._play, self._play.current.settings
        self._play.reply(
            "status",
            play.mode.state,
            settings.model,
            play.parts.bpm,
            self._beat(now_seconds),
            settings.bars,
            play.source,
            settings.mode,
            self._clock_follower.offset_ms(play.source),
            int(play.parts.playhead.playing),
            play.output.lateness.late,
            sender=command.sender,
        )

    # -- models and controls -----------------------------------------------------------------
    def _list_models(self, command: Command, _now: float) -> None:
        for number, m in enumerate(self._play.current.manifests, start=1):
            values = (m.name, m.technique, m.style, m.title, number)
            self._play.reply("model/item", *values, sender=command.sender)

    def _load_model(self, command: Command, now_seconds: float) -> None:
        name = str(command.values[0])
        self._play.current.check_model(name)
        self._play.choose_model(name, now_seconds, sender=command.sender)

    def _control(self, command: Command, _now: float) -> None:
        name, value = self._play.current.set_control(
            str(command.values[0]), _number(command.values[1])
        )
        self._play.reply("control", name, value, sender=command.sender)

    def _list_controls(self, command: Command, _now: float) -> None:
        current = self._play.current
        for spec in current.specs:
            span = (spec.low, spec.high, spec.default, current.value(spec))
            values = (spec.name, spec.title, *span, spec.unit)
            self._play.reply("control/item", *values, sender=command.sender)

    # -- time --------------------------------------------------------------------------------
    def _start(self, _command: Command, now_seconds: float) -> None:
        playhead = self._play.parts.playhead
        self._play.mode.revive()
        if playhead.follows_clock:
            self._clock_follower.lead("start")
            return
        playhead.free_running = True
        if not playhead.playing:
            playhead.start_grid(now_seconds)

    def _stop(self, now_seconds: float) -> None:
        self._play.stop(now_seconds)
        if self._play.parts.playhead.follows_clock and self._play.source != "midi":
            self._play.clocks.lead("stop")

    def _cps(self, command: Command, now_seconds: float) -> None:
        bar = self._play.current.settings.meter.beats_per_bar
        self._clock_follower.set_tempo(_number(command.values[0]) * 60 * bar, now_seconds)

    def _locate(self, command: Command, now_seconds: float) -> None:
        beat = _number(command.values[0])
        if abs(beat) > _LAST_BEAT:
            raise ValueError(f"beat must be in range 0..{_LAST_BEAT}, got {beat:g}")
        if self._play.parts.playhead.follows_clock:
            self._clock_follower.lead("locate", beat)
        else:
            self._play.locate(beat, now_seconds)

    def _clock(self, command: Command, now_seconds: float) -> None:
        source = str(command.values[0])
        if len(command.values) > 1:
            self._clock_follower.set_offset(source, _number(command.values[1]))
        self._clock_follower.choose(source, now_seconds, command.sender)
        self._tell_clock(command, "chosen")

    def _offset(self, command: Command, _now: float) -> None:
        self._clock_follower.set_offset(str(command.values[0]), _number(command.values[1]))
        self._tell_clock(command, "chosen" if command.values[0] == self._play.source else "found")

    def _tell_clock(self, command: Command, state: str) -> None:
        source = str(command.values[0])
        values = (source, state, self._clock_follower.offset_ms(source), "")
        self._play.reply("clock", *values, sender=command.sender)

    def _clock_out(self, command: Command, _now: float) -> None:
        is_on = bool(_number(command.values[0]))
        self._play.current.change(clock_out=is_on)
        self._play.reply("clock/out", int(is_on), sender=command.sender)

    # -- phrases and takes -------------------------------------------------------------------
    def _bars(self, command: Command, _now: float) -> None:
        bars = int(_number(command.values[0]))
        self._play.current.change(bars=bars)
        self._play.reply("bars", bars, sender=command.sender)

    def _mode(self, command: Command, now_seconds: float) -> None:
        name = str(command.values[0])
        if name not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}, got {name!r}")
        self._play.choose_mode(name, now_seconds, command.sender)

    def _record(self, _command: Command, now_seconds: float) -> None:
        self._play.mode.record(self._beat(now_seconds), now_seconds)

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
        self._play.mode.last_melody = clip
        self._play.reply("melody/set", str(take_id), len(clip.notes), sender=command.sender)

    def _harmonise(self, command: Command, now_seconds: float) -> None:
        """Have a melody of another program accompanied at its tempo; it is not played from here."""
        take_id, clip, bpm = command.values
        self._melody(replace(command, values=(take_id, clip)), now_seconds)
        if isinstance(clip, Clip):
            takes = self._play.parts.takes
            takes.request_take(str(take_id), clip, _number(bpm), command.sender)

    def _generate(self, command: Command, _now: float) -> None:
        if not command.values:
            self._play.mode.generate()
            return
        seed = None if len(command.values) < 2 else int(_number(command.values[1]))
        self._play.mode.request_take(str(command.values[0]), seed, command.sender)

    def _take(self, command: Command) -> Take:
        take_id = str(command.values[0])
        take = self._play.parts.takes.find(take_id)
        if take is None:
            which = f"there is no take {take_id!r}" if take_id else "there is no take yet"
            raise ValueError(f"{which}: generate one first")
        return take

    def _judge(self, command: Command, verdict: str) -> None:
        take = self._take(command)
        self._play.parts.takes.judge(take, verdict)
        if verdict == "dropped":
            self._play.mode.drop(take)
        self._play.reply("take", take.take_id, verdict, sender=command.sender)

    def _next(self, command: Command, _now: float) -> None:
        self._play.mode.again(self._take(command), command.sender)

    # -- control changes ---------------------------------------------------------------------
    def _map(self, command: Command, _now: float) -> None:
        function, cc, *channel = command.values
        number = int(_number(channel[0])) if channel else 0
        channel_or_any = number - 1 if number else None
        lost = self._midi_map.map(str(function), int(_number(cc)), channel_or_any)
        self._mapped(str(function), *lost)

    def _learn(self, command: Command, _now: float) -> None:
        self._midi_map.learn(str(command.values[0]))
        self._play.notice("info", f"turn or press what is to be {command.values[0]}")

    def _forget(self, command: Command, _now: float) -> None:
        self._midi_map.forget(str(command.values[0]))
        self._mapped(str(command.values[0]))

    def _mapped(self, *functions: str) -> None:
        self._store.remember(self._midi_map.mapping)
        for function in functions:
            self._play.reply("cc/item", function, *self._midi_map.item(function))

    def _list_map(self, command: Command, _now: float) -> None:
        for function, _cc, _channel in self._midi_map.items():
            values = (function, *self._midi_map.item(function))
            self._play.reply("cc/item", *values, sender=command.sender)


def _number(value: Value) -> float:
    if not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"a number is needed, got {value!r}")
    return value


def _plain(command: Command) -> tuple[float | str, ...]:
    return tuple(value for value in command.values if isinstance(value, int | float | str))
