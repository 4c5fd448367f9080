"""Plays together with the script in Ableton Live: reads clips there, and writes takes as clips."""

from collections.abc import Mapping
from contextlib import suppress

from bridge.ableton.presence import ClockWait, Hello, Presence, Script
from bridge.ableton.requests import Asker, OpenRequest, Requests
from bridge.ableton.wanted_takes import WantedTake, WantedTakes, clip_name
from bridge.api.ableton_addresses import BRACKET
from bridge.engine.clock_follower import ClockFollower
from bridge.engine.command_values import Handler
from bridge.engine.performance import Performance
from bridge.events import ClockChanged, Command, Value
from bridge.reports import AbletonMessage, AbletonScene, Reply, Report, TakeReport
from bridge.takes.take import Requester
from bridge.version import release
from models.music.clip import Clip
from models.music.tempo import Meter

SHORTEST, LONGEST = 0.25, 1024.0  # beats of a clip that can be accompanied
SELFTEST_SECONDS = 60.0
# A long take is a while on its way, and the script writes it in small steps.
_SECONDS_PER_NOTE = 0.001
_ABSENT = (
    "the script in Ableton Live is not there: `continuo install ableton` installs it, then choose "
    "Continuo as a control surface in Live's settings"
)
_SILENT = "Live did not answer: is a menu or a dialog open there? Close it and try again"
_AGAIN = "send it again"  # so ends what the script says when part of a take got lost


class AbletonPartner:
    """Answers the script, and asks it for what musicians want. Called from: the engine thread."""

    hears: tuple[type[Report], ...] = (TakeReport, Reply)

    def __init__(self, play: Performance, clock_follower: ClockFollower) -> None:
        self._play, self._clock_follower = play, clock_follower
        self._presence, self._takes = Presence(), WantedTakes()
        self._clock_wait = ClockWait()
        self._requests = Requests(play.listener)
        self._bpm: float | None = None  # Live's
        self._meter: Meter | None = None  # Live's
        self._complaint = ""
        self.handlers: Mapping[str, Handler] = {
            "live": self._ask_presence,
            "live/harmonise": self._harmonise,
            "live/fill": self._fill,
            "live/write": self._write,
            "live/selftest": self._selftest,
            "live/hello": self._hello,
            "live/song": self._from_script(self._song),
            "live/clip/end": self._from_script(self._clip),
            "live/written": self._from_script(self._written),
            "live/pong": self._from_script(self._pong),
            "live/report": self._from_script(self._report),
            "live/error": self._from_script(self._error),
        }

    # -- time --------------------------------------------------------------------------------
    @property
    def wakes_at_seconds(self) -> float | None:
        """When the script is to be asked again, or counts as gone."""
        instants = (
            self._presence.gone_at_seconds,
            self._requests.wakes_at_seconds,
            self._clock_wait.until_seconds,
        )
        return min((seconds for seconds in instants if seconds is not None), default=None)

    def wake(self, now_seconds: float) -> None:
        """Write what is wanted by now, ask again, and notice that the script is gone."""
        while (wanted := self._takes.next()) is not None:
            self._put_into_set(wanted, now_seconds)
        for request in self._requests.wake(now_seconds):
            self._fail(request, _SILENT)
        if self._presence.lose(now_seconds):
            self._play.reply("live", "lost", "", "", 0.0)
            self._tell_clock("lost", "Live is gone", now_seconds)
            self._clock_wait.end(self._clock_follower.choices)
        self._wait_for_clock(now_seconds)

    def _wait_for_clock(self, now_seconds: float) -> None:
        """Say that Live's clock is lost if it was chosen and the script does not come."""
        waits = self._play.source == "live" and self._presence.script is None
        choice = self._clock_follower.choices if waits else None
        if self._clock_wait.is_over(choice, now_seconds):
            self._tell_clock("lost", f"no clock comes from Live: {_ABSENT}", now_seconds)

    def hear(self, report: Report) -> None:
        """Take note of a take; whether it goes into the set is seen at the next `wake`."""
        is_there = self._presence.script is not None
        wants_all = is_there and self._play.current.settings.live
        self._takes.hear(report, wants_all, wants_kept=is_there)

    # -- what a musician asks for ------------------------------------------------------------
    def _ask_presence(self, command: Command, now_seconds: float) -> None:
        if self._presence.script is None:
            self._play.reply("live", "lost", "", "", 0.0, sender=command.sender)
        else:
            self._ask("live/ping", (), _asker(command), now_seconds)

    def _harmonise(self, command: Command, now_seconds: float) -> None:
        take_id = str(command.values[0]) or self._play.parts.takes.next_take_id()
        which = str(command.values[1]) if len(command.values) > 1 else "selected"
        self._ask("live/read", (which,), _asker(command, take_id), now_seconds)

    def _fill(self, command: Command, now_seconds: float) -> None:
        take_id = str(command.values[0]) or self._play.parts.takes.next_take_id()
        self._ask("live/read", (BRACKET,), _asker(command, take_id), now_seconds)

    def _write(self, command: Command, _now: float) -> None:
        take_id, fire = str(command.values[0]), command.values[1:] == (1,)
        self._require_script()
        if self._takes.want(take_id, fire, _asker(command, take_id)) is None:
            which = f"there is no take {take_id!r}" if take_id else "there is no take yet"
            raise ValueError(f"{which}: generate one first")

    def _selftest(self, command: Command, now_seconds: float) -> None:
        self._ask("live/selftest", (), _asker(command), now_seconds, SELFTEST_SECONDS)

    # -- to the script -----------------------------------------------------------------------
    def _require_script(self) -> Script:
        if self._presence.script is None:
            raise ValueError(_ABSENT)
        return self._presence.script

    def _ask(
        self,
        name: str,
        values: tuple[float | str, ...],
        asker: Asker,
        now_seconds: float,
        patience_seconds: float | None = None,
    ) -> None:
        address = self._require_script().address
        id_ = self._requests.next_id(self._presence.session)
        message = AbletonMessage(name, (id_, *values), address)
        request = OpenRequest(message, asker, now_seconds)
        if patience_seconds is not None:
            request = OpenRequest(message, asker, now_seconds, patience_seconds, repeats=0)
        self._requests.put(id_, request)

    def _put_into_set(self, wanted: WantedTake, now_seconds: float) -> None:
        script, asker = self._presence.script, wanted.asker
        if script is None:
            self._takes.not_written(asker.take_id)
            self._complain(asker, _ABSENT)
            return
        id_ = self._requests.next_id(self._presence.session)
        take = wanted.take
        name = clip_name(take, str(take.provenance.get("id") or asker.take_id))
        clips = AbletonScene(id_, take, name, wanted.scene, wanted.fire, script.address)
        notes = sum(len(track.clip.notes) for track in take.accompaniment)
        patience_seconds = 1.0 + notes * _SECONDS_PER_NOTE
        self._requests.put(id_, OpenRequest(clips, asker, now_seconds, patience_seconds))

    # -- from the script ---------------------------------------------------------------------
    def _hello(self, command: Command, now_seconds: float) -> None:
        script = Script(command.sender, *(str(value) for value in command.values))
        news = self._presence.hello(script, now_seconds)
        if news in (Hello.NEW, Hello.KNOWN):
            welcome = (release(), self._presence.session)
            self._play.listener(AbletonMessage("live/welcome", welcome, script.address))
        if news is Hello.NEW:
            self._ask("live/ping", (), Asker(), now_seconds)
            self._tell_clock("found", f"Ableton Live {script.live} is there", now_seconds)
        elif news is Hello.RIVAL:
            self._play.notice("warning", "there are two Lives with the script: end one of them")

    def _from_script(self, handler: Handler) -> Handler:
        """Obey what the script known says, and nobody who is not that."""

        def run(command: Command, now_seconds: float) -> None:
            if self._presence.is_from_script(command.sender, now_seconds):
                handler(command, now_seconds)

        return run

    def _song(self, command: Command, now_seconds: float) -> None:
        beat, bpm, playing, numerator, denominator = (_number(v) for v in command.values)
        self._bpm = bpm
        with suppress(ValueError):  # no meter that there can be: nothing to follow
            self._compare_meters(Meter(int(numerator), int(denominator)), now_seconds)
        self._clock_follower.take_song(beat, bpm, bool(playing), command.at_seconds, now_seconds)

    def _compare_meters(self, meter: Meter, now_seconds: float) -> None:
        """Have Live's meter followed with its clock, or warn, once for each, if it is not ours."""
        self._clock_follower.take_meter("live", meter, now_seconds)
        ours = self._play.current.settings.meter
        if meter != self._meter and meter != ours and self._play.source != "live":
            cure = f"start Continuo with --meter {meter}, or change it in Live"
            self._play.notice("warning", f"Live is in {meter}, Continuo in {ours}: {cure}")
        self._meter = meter

    def _clip(self, command: Command, _now: float) -> None:
        id_, name, _track, scene, melody, *bracket = command.values
        request = self._requests.take(str(id_))
        if request is None or not isinstance(melody, Clip):
            return
        asker = request.asker
        if not SHORTEST <= melody.length <= LONGEST:
            said = f"clip {name!r} is {melody.length:g} beats long: it can be {SHORTEST:g} to 1024"
            self._complain(asker, said)
            return
        melody = melody.window(0.0, melody.length)
        if not melody.notes:
            self._complain(asker, f"clip {name!r} has no notes in its loop: draw or record some")
            return
        self._play.mode.slots.last_melody = melody
        self._takes.promise(asker.take_id, int(_number(scene)), asker)
        bpm = self._bpm or self._play.parts.bpm
        requester = Requester(asker.sender, asker.address)
        takes = self._play.parts.takes
        try:
            if bracket:
                begin, end = (_number(beat) for beat in bracket)
                takes.request_filling(asker.take_id, melody, (begin, end), bpm, requester)
            else:
                takes.request_take(asker.take_id, melody, bpm, requester)
        except ValueError as error:  # for whoever asked, not for the script
            self._complain(asker, str(error))

    def _written(self, command: Command, _now: float) -> None:
        id_, *place = command.values
        # With a menu open Live writes late, but it writes.
        request = self._requests.take(str(id_), even_late=True)
        if request is not None:
            asker = request.asker
            numbers = (_number(value) for value in place)
            self._play.reply("live/written", asker.take_id, *numbers, sender=asker.sender)

    def _pong(self, command: Command, _now: float) -> None:
        request, script = self._requests.take(str(command.values[0])), self._presence.script
        if request is None or script is None:
            return
        round_trip_ms = (command.at_seconds - request.sent_seconds) * 1000
        values = ("found", script.live, script.version, round_trip_ms)
        self._play.reply("live", *values, sender=request.asker.sender)

    def _report(self, command: Command, _now: float) -> None:
        id_, passed, failed, path = command.values
        request = self._requests.take(str(id_))
        if request is not None:
            values = ("selftest", _number(passed), _number(failed), str(path))
            self._play.reply("live/report", *values, sender=request.asker.sender)

    def _error(self, command: Command, now_seconds: float) -> None:
        id_, sentence = (str(value) for value in command.values)
        if sentence.endswith(_AGAIN) and self._requests.put_again(id_, now_seconds):
            return
        request = self._requests.take(id_)
        if request is not None:
            self._fail(request, f"Live: {sentence}")
        elif not id_ and sentence != self._complaint:
            self._complaint = sentence
            self._play.notice("warning", f"Live: {sentence}")

    # -- what is said ------------------------------------------------------------------------
    def _fail(self, request: OpenRequest, sentence: str) -> None:
        if isinstance(request.message, AbletonScene):
            self._takes.not_written(request.asker.take_id)
        self._complain(request.asker, sentence)

    def _complain(self, asker: Asker, sentence: str) -> None:
        kind = "error" if asker.address else "warning"
        self._play.notice(kind, sentence, asker.address, asker.sender)

    def _tell_clock(self, state: str, sentence: str, now_seconds: float) -> None:
        if self._play.source == "live":
            self._clock_follower.changed(ClockChanged(now_seconds, "live", state, sentence))
        else:
            self._play.notice("warning" if state == "lost" else "info", sentence)


def _asker(command: Command, take_id: str = "") -> Asker:
    return Asker(take_id, command.sender, command.address)


def _number(value: Value) -> float:
    assert isinstance(value, int | float), f"the table lets numbers in alone, not {value!r}"
    return value
