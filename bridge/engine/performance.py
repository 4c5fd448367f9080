"""What plays: the parts, the mode in force and the outlet, and the few things done to them all."""

from bridge.current_settings import CurrentSettings
from bridge.events import Sender
from bridge.interfaces import ExternalClocks
from bridge.modes.answer import Answer
from bridge.modes.follow import Follow
from bridge.modes.loop import Loop
from bridge.modes.mode import Mode
from bridge.modes.parts import Parts
from bridge.notes.midi_output import MidiOutput, Moment
from bridge.reports import Listener, NoticeReport, Reply

MODES: dict[str, type[Mode]] = {"answer": Answer, "loop": Loop, "follow": Follow}


class Performance:
    """Everything that the engine's parts share. Called from: the engine thread."""

    def __init__(
        self, band: Parts, outlet: MidiOutput, clocks: ExternalClocks, listener: Listener
    ) -> None:
        self.band = band
        self.outlet = outlet
        self.clocks = clocks
        self.listener = listener
        self.mode = MODES[band.settings.mode](band)
        self._next_mode: tuple[str, Sender] | None = None
        self._goes_to: float | None = None
        self._loaders: dict[str, list[Sender]] = {}

    @property
    def board(self) -> CurrentSettings:
        """The settings in force."""
        return self.band.board

    @property
    def source(self) -> str:
        """The clock in force."""
        return self.board.settings.clock

    def notice(self, kind: str, text: str, address: str = "", sender: Sender = None) -> None:
        """Tell the musician, or whoever sent `address`, a sentence."""
        self.listener(NoticeReport(kind, text, address, sender))

    def reply(self, name: str, *values: float | str, sender: Sender = None) -> None:
        """Answer, or tell everybody, in plain values."""
        self.listener(Reply(name, values, sender))

    # -- silence ---------------------------------------------------------------------------
    def moment(self, now_seconds: float) -> Moment:
        """Return the moment of now."""
        return Moment(self.band.timeline.beat_at(now_seconds), now_seconds, now_seconds)

    def panic(self, now_seconds: float) -> None:
        """Release every sounding note, the player's as well."""
        moment = self.moment(now_seconds)
        self.outlet.panic(moment)
        self.band.recorder.release_all(moment.position)
        self.mode.changed(moment.position)

    def stop(self, now_seconds: float) -> None:
        """Leave everything, silently."""
        moment = self.moment(now_seconds)
        self.mode.stop(moment.position)
        self.band.timeline.is_held = False
        self._goes_to = None
        self.change_mode(moment.position)
        self.outlet.panic(moment)

    def hush(self, now_seconds: float) -> None:
        """Release what the scheduler sounds, and lay nothing out any more."""
        moment = self.moment(now_seconds)
        for edge in self.band.scheduler.silence():
            self.outlet.sound(edge, moment)

    # -- what changes while it plays ---------------------------------------------------------
    def choose_model(
        self, name: str, at_seconds: float, why: str = "", sender: Sender = None
    ) -> None:
        """Play with this model from the next question on, and have it in memory by then."""
        if name != self.board.settings.model:
            self.board.change(model=name)
            self.notice("info", f"model: {name}{why}")
            self.mode.model_changed(self.band.timeline.beat_at(at_seconds))
        elif sender is None:
            return
        self._load_model(name, sender)

    def _load_model(self, name: str, sender: Sender) -> None:
        """Have a model in memory ahead; whoever asked is told when it is."""
        loaders = self._loaders.setdefault(name, [])
        if sender not in loaders:
            loaders.append(sender)
        self.band.desk.load(name)

    def model_loaded(self, name: str) -> None:
        """Tell those who asked for this model that it is in memory."""
        for sender in self._loaders.pop(name, []):
            self.reply("model/loaded", name, sender=sender)

    def choose_mode(self, name: str, now_seconds: float, sender: Sender = None) -> None:
        """Change the mode at the next bar line, or now if nothing runs; tell it then."""
        self._next_mode = (name, sender)
        if not self.band.timeline.playing:
            self.change_mode(self.band.timeline.beat_at(now_seconds))

    def change_mode(self, beat: float) -> None:
        """Change to the mode that was chosen; on a bar line."""
        if self._next_mode is None:
            return
        (name, sender), self._next_mode = self._next_mode, None
        if name != self.board.settings.mode:
            self.board.change(mode=name)
            self.mode = self.mode.successor(MODES[name], beat)
        self.reply("mode", name, sender=sender)

    def locate(self, beat: float, now_seconds: float) -> None:
        """Go to a beat: at the next bar line while playing, now while standing."""
        if self.band.timeline.playing:
            self._goes_to = beat
        else:
            timeline = self.band.timeline
            timeline.move(beat, self.band.bpm, now_seconds, now_seconds, playing=False)

    def go(self, beat: float, now_seconds: float) -> bool:
        """Go, on a bar line, to where `locate` said; tell whether there was anywhere to go."""
        target, self._goes_to = self._goes_to, None
        if target is None or self.band.timeline.is_led:
            return False
        self.hush(now_seconds)
        at_seconds = self.band.timeline.transport.seconds_at(beat)
        timeline, bpm = self.band.timeline, self.band.bpm
        here = timeline.move(target, bpm, at_seconds, now_seconds, playing=True)
        self.mode.jump(beat, here)
        return True
