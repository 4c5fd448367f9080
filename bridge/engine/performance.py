"""What plays: the parts, the mode in force and the MIDI output, and actions on all of them."""

from collections.abc import Callable

from bridge.current_settings import CurrentSettings
from bridge.engine.demo_words import said_of_the_demo
from bridge.events import Sender
from bridge.interfaces import ExternalClocks
from bridge.modes.answer import Answer
from bridge.modes.follow import Follow
from bridge.modes.go_on import GoOn, GoOnInSilence
from bridge.modes.loop import Loop
from bridge.modes.mode import HandOver, Mode
from bridge.modes.parts import Parts
from bridge.modes.phrase_mode import PhraseMode
from bridge.notes.midi_output import MidiOutput, Moment
from bridge.reports import Listener, NoticeReport, Reply
from bridge.settings import CLOCK_NAMES
from models.artifact.manifest import EXTEND
from models.music.progression import Progression
from models.music.tempo import Meter

ModeKind = type[Answer] | type[Loop] | type[Follow]
MODES: dict[str, ModeKind] = {
    "answer": Answer,
    "loop": Loop,
    "follow": Follow,
}
# With a model that extends.
_GOING_ON: dict[str, ModeKind] = {**MODES, "answer": GoOn, "follow": GoOnInSilence}


class Performance:
    """Everything that the engine's parts share. Called from: the engine thread."""

    def __init__(
        self, parts: Parts, output: MidiOutput, clocks: ExternalClocks, listener: Listener
    ) -> None:
        self.parts = parts
        self.output = output
        self.clocks = clocks
        self.listener = listener
        self.mode: Mode = self._kind(parts.settings.mode)(parts, HandOver())
        self._next_mode: tuple[str, Sender] | None = None
        self._goes_to: float | None = None
        self._next_meter: tuple[Meter, Sender] | None = None
        self._loaders: dict[str, list[Sender]] = {}
        self._in_memory: set[str] = set()  # of the worker, as far as it said so
        self._said_loading = ""
        self._said_standing = -1
        self._said_deaf = ""
        # Called when all that sounds is about to be released.
        self.on_silence: Callable[[], None] = lambda: None

    @property
    def current(self) -> CurrentSettings:
        """The settings in force."""
        return self.parts.current

    @property
    def source(self) -> str:
        """The clock in force."""
        return self.current.settings.clock

    def notice(self, kind: str, text: str, address: str = "", sender: Sender = None) -> None:
        """Tell the musician, or the sender of `address`, a sentence."""
        self.listener(NoticeReport(kind, text, address, sender))

    def reply(self, name: str, *values: float | str, sender: Sender = None) -> None:
        """Answer, or tell everybody, in plain values."""
        self.listener(Reply(name, values, sender))

    def beat_at(self, seconds: float) -> float:
        """Return the beat at `seconds`."""
        return self.parts.playhead.beat_at(seconds)

    def _kind(self, mode: str) -> ModeKind:
        """Find what a mode is with the model in force."""
        return (_GOING_ON if self.current.technique == EXTEND else MODES)[mode]

    # -- why nothing comes yet ---------------------------------------------------------------
    def say_what_is_missing(self) -> None:
        """Say, once each, why what is played now cannot be recorded or answered at once."""
        playhead, loading = self.parts.playhead, self.parts.takes.loading
        if playhead.follows_clock and not playhead.playing:
            if self._said_standing != playhead.changes:
                self._said_standing = playhead.changes
                clock = CLOCK_NAMES[self.source]
                self.notice("info", f"{clock} does not run: what you play is heard, not recorded")
        elif loading != self._said_loading:
            self._said_loading = loading
            if loading:
                words = (
                    f"{loading} is still loading: what you play is recorded, and your last phrase "
                    "is answered when it is ready"
                )
                is_demo = self.parts.settings.is_demo
                self.notice("info", said_of_the_demo(words) if is_demo else words)

    def say_deaf(self) -> None:
        """Say, once of each model, that chords cannot lead it."""
        model = self.current.settings.model
        if not self.current.hears_chords and model != self._said_deaf:
            self._said_deaf = model
            self.notice("warning", f"{model} hears no chords: it follows the melody alone")

    # -- silence ---------------------------------------------------------------------------
    def moment(self, now_seconds: float) -> Moment:
        """Return the moment of now."""
        return Moment(self.parts.playhead.beat_at(now_seconds), now_seconds, now_seconds)

    def panic(self, now_seconds: float) -> None:
        """Release every sounding note, the player's as well."""
        moment = self.moment(now_seconds)
        self.on_silence()
        self.output.panic(moment)
        self.parts.recorder.release_all(moment.position)
        self.parts.takes.lead.hand.release_all()
        self.mode.changed(moment.position)
        self.notice("info", "panic: every note is released")

    def stop(self, now_seconds: float) -> None:
        """Leave everything, silently."""
        moment = self.moment(now_seconds)
        self.on_silence()
        self.mode.stop(moment.position)
        self.parts.playhead.free_running = False
        self._goes_to = None
        self.change_mode(moment.position)
        self.change_meter(moment.position)
        self.output.panic(moment)

    def hush(self, now_seconds: float) -> None:
        """Release what the scheduler sounds, and lay nothing out any more."""
        moment = self.moment(now_seconds)
        self.output.sound(self.parts.scheduler.silence(), moment)

    # -- what changes while it plays ---------------------------------------------------------
    def choose_model(
        self, name: str, at_seconds: float, why: str = "", sender: Sender = None
    ) -> None:
        """Play with this model from the next request on, and have it in memory by then."""
        if name != self.current.settings.model:
            self.current.change(model=name)
            self.notice("info", f"model: {name}{why}")
            if self.parts.takes.lead.progression is not None or self.current.settings.chord_keys:
                self.say_deaf()
            beat = self.parts.playhead.beat_at(at_seconds)
            self.mode.model_changed(beat)
            if not self.parts.playhead.playing:
                self.change_mode(beat)
        elif sender is None:
            return
        self._load_model(name, sender)

    def lead(
        self,
        progression: Progression | None,
        name: str,
        at_seconds: float,
        now_seconds: float,
        *,
        is_by_hand: bool = False,
        sender: Sender = None,
    ) -> None:
        """Let these chords lead from this instant on, a half beat's; None: the melody."""
        self.parts.takes.lead.say(at_seconds, progression, name, is_by_hand=is_by_hand)
        self.mode.lead_changed(self.beat_at(now_seconds))
        self.reply("chord/lead", name, sender=sender)

    def choose_then(self, names: tuple[str, ...], at_seconds: float) -> None:
        """Let these models go on with what the one in force made, from the next request on."""
        current = self.current
        current.check_then(names)
        if names != current.settings.then:
            current.change(then=names)
            self.mode.model_changed(self.parts.playhead.beat_at(at_seconds))
        self.load_chain()

    def load_chain(self) -> None:
        """Have the next model of the chain in memory that is not there yet."""
        settings = self.current.settings
        names = (settings.model, *settings.then) if settings.then else ()
        missing = [name for name in names if name not in self._in_memory]
        if missing:
            self.parts.takes.load(missing[0])

    def _load_model(self, name: str, sender: Sender) -> None:
        """Load a model ahead; `sender` is told when it is in memory."""
        loaders = self._loaders.setdefault(name, [])
        if sender not in loaders:
            loaders.append(sender)
        self.parts.takes.load(name)

    def model_loaded(self, name: str) -> None:
        """Tell those who asked for this model that it is in memory, and load what goes on."""
        self._in_memory.add(name)
        self.load_chain()
        for sender in self._loaders.pop(name, []):
            self.reply("model/loaded", name, sender=sender)

    def worker_restarted(self) -> None:
        """Take note that the worker has no model in memory any more."""
        self._in_memory.clear()

    def choose_mode(self, name: str, now_seconds: float, sender: Sender = None) -> None:
        """Change the mode at the next bar line, or now if nothing runs; tell it then."""
        self._next_mode = (name, sender)
        if self.parts.playhead.playing:
            self.notice("info", f"mode {name} from the next bar line on")
        else:
            self.change_mode(self.parts.playhead.beat_at(now_seconds))

    def change_mode(self, beat: float) -> None:
        """Change to the mode that was chosen, or to what it is by another model; on a bar line."""
        chosen, self._next_mode = self._next_mode, None
        name = chosen[0] if chosen else self.current.settings.mode
        before, kind = self.current.settings.mode, self._kind(name)
        self.current.change(mode=name)
        if type(self.mode) is not kind:
            # With another model the same phrase goes on.
            is_same = name == before and issubclass(kind, PhraseMode)
            goes_on = is_same and self.mode.slots.active is None
            self.mode = kind(self.parts, self.mode.leave(beat, kind.takes_over or goes_on))
        if chosen:
            self.reply("mode", name, sender=chosen[1])

    def choose_meter(self, meter: Meter, now_seconds: float, sender: Sender = None) -> None:
        """Change the meter at the next bar line, or now if nothing runs; tell it then.

        ValueError if no model plays in it, or if the pick-up is longer than its bars.
        """
        self.current.check_meter(meter)
        self._next_meter = (meter, sender)
        if not self.parts.playhead.playing:
            self.change_meter(self.parts.playhead.transport.beat)

    def follow_meter(self, meter: Meter, now_seconds: float) -> None:
        """Change the meter at once, as an outside clock says; ValueError as in `choose_meter`."""
        self.current.check_meter(meter)
        self._next_meter = (meter, None)
        self.change_meter(self.parts.playhead.beat_at(now_seconds))

    def change_meter(self, beat: float) -> bool:
        """Change to the meter that was chosen, on a bar line; tell whether it is another one.

        What was played in the old meter is kept, what sounds in it ends, and the mode begins anew.
        """
        if self._next_meter is None:
            return False
        (meter, sender), self._next_meter = self._next_meter, None
        is_new = meter != self.current.settings.meter
        if is_new:
            handed_over = self.mode.leave(beat, False)
            self.current.change(meter=meter)
            if handed_over.waiting is not None:
                handed_over.waiting.bar = meter.beats_per_bar
            self.mode = self._kind(self.current.settings.mode)(self.parts, handed_over)
            self.parts.playhead.change_meter(beat)
            self.clocks.lead("meter", meter.beats_per_bar)
            if self.parts.playhead.playing:
                self.parts.rest(beat)
            self._warn_of_meter(meter)
        self.tell_meter(sender)
        return is_new

    def _warn_of_meter(self, meter: Meter) -> None:
        """Say it if the model in force was not made for this meter."""
        manifest = self.current.manifest
        if manifest is not None and str(meter) not in manifest.meters:
            self.notice("warning", f"{manifest.name} was not made for {meter}: another model was")

    def tell_meter(self, sender: Sender = None) -> None:
        """Tell the meter in force."""
        meter = self.current.settings.meter
        self.reply("meter", meter.numerator, meter.denominator, sender=sender)

    def locate(self, beat: float, now_seconds: float) -> None:
        """Go to a beat: at the next bar line while playing, now while standing."""
        if self.parts.playhead.playing:
            self._goes_to = beat
        else:
            playhead = self.parts.playhead
            playhead.move(beat, self.parts.bpm, now_seconds, now_seconds, playing=False)

    def go(self, beat: float, now_seconds: float) -> bool:
        """Go, on a bar line, to where `locate` said; tell whether there was anywhere to go."""
        target, self._goes_to = self._goes_to, None
        if target is None or self.parts.playhead.follows_clock:
            return False
        self.hush(now_seconds)
        at_seconds = self.parts.playhead.transport.seconds_at(beat)
        playhead, bpm = self.parts.playhead, self.parts.bpm
        here = playhead.move(target, bpm, at_seconds, now_seconds, playing=True)
        self.mode.jump(beat, here)
        return True
