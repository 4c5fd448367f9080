"""Where takes are asked for and kept: requests, their answers, how long they take, compositions."""

from collections import OrderedDict, deque
from dataclasses import replace
from math import ceil
from typing import Any
from zlib import crc32

from bridge.current_settings import CurrentSettings
from bridge.events import Sender
from bridge.interfaces import GenerateRequest, InferenceClient, TakeStore
from bridge.reports import Listener, NoticeReport, Report, TakeReport
from bridge.takes.phrase_store import PhraseStore
from bridge.takes.request_queue import MOST_REQUESTED
from bridge.takes.take import Take
from models.music.clip import Clip, Composition, Track
from models.music.tempo import MeterMap, TempoMap

_LEAST_LOOKAHEAD_SECONDS = 0.25
_MARGIN, _MARGIN_SECONDS = 1.5, 0.1  # over the slowest of the last answers
# One bar in follow mode is quicker, and the later it is asked for, the more is known.
_SUPPOSED_BAR_SECONDS, _LEAST_BAR_SECONDS, _BAR_MARGIN_SECONDS = 0.1, 0.06, 0.03
_REMEMBERED = 8
# Before the first answer nobody knows how fast this machine is: suppose a slow one.
_SUPPOSED_SECONDS = 0.6
_MOST_REPEATS = 2  # a question that ends every worker must not be asked for ever
_MOST_TAKES = 64  # whose ids are remembered
WISH = "/continuo/generate"
_SEEDS = 1 << 16


class Takes:
    """Numbers the takes, puts the questions, and hands what is committed to the keeper."""

    def __init__(
        self,
        current: CurrentSettings,
        inference: InferenceClient,
        store: TakeStore,
        listener: Listener,
    ) -> None:
        self._current = current
        self._inference = inference
        self._store = store
        self._listener = listener
        self._count = 0
        self._recent_seconds: deque[float] = deque(maxlen=_REMEMBERED)
        self._shelf: OrderedDict[str, Take] = OrderedDict()
        self.phrases = PhraseStore()

    def next_take_id(self) -> str:
        """Number one more take."""
        self._count += 1
        return f"take-{self._count - 1}"

    def new_take(self) -> Take:
        """Begin the next take; the seed of take k is the first seed + k."""
        number, self._count = self._count, self._count + 1
        take = Take(number, self._current.settings.seed + number, f"take-{number}")
        return self._shelved(take)

    def next_stretch(self, take: Take) -> Take:
        """Go on with a piece that is made bar by bar, as one more take."""
        requests, closed = [*take.requests], {*take.closed}
        after = replace(take, take_id=self.next_take_id(), requests=requests, closed=closed)
        after.has_file, after.verdict = False, ""
        return self._shelved(after)

    def new_requested_take(self, take_id: str, seed: int | None, sender: Sender) -> Take:
        """Begin a take that somebody names: without a seed its name decides, so that it stays.

        ValueError if too many are waited for already.
        """
        requested = self.requested
        if len(requested) > MOST_REQUESTED and take_id not in {take.take_id for take in requested}:
            raise ValueError("too many takes are wanted at once: wait for some of them")
        take_id = take_id or self.next_take_id()
        if seed is None:
            old = self._shelf.get(take_id)
            first = self._current.settings.seed
            seed = old.seed if old else first + crc32(take_id.encode()) % _SEEDS
        take = Take(self._count, seed, take_id, sender, is_requested=True)
        self._count += 1
        return self._shelved(take)

    def request_take(self, take_id: str, melody: Clip, bpm: float, sender: Sender) -> None:
        """Ask for a take that is handed over as clips and not played from here.

        What was asked like that already is given again.
        """
        if self.give_again(take_id, melody, None, bpm, sender) is None:
            self.request(self.new_requested_take(take_id, None, sender), melody, bpm)

    def _shelved(self, take: Take) -> Take:
        self._shelf.pop(take.take_id, None)
        self._shelf[take.take_id] = take
        if len(self._shelf) > _MOST_TAKES:
            done = (a for a in self._shelf.values() if not (a.is_requested and a.is_waiting))
            del self._shelf[next(done).take_id]
        return take

    def find(self, take_id: str) -> Take | None:
        """Return the take with this id; without one the newest answered, and not dropped."""
        if take_id:
            return self._shelf.get(take_id)
        answered = [take for take in reversed(self._shelf.values()) if take.answer]
        return next(
            (take for take in answered if take.verdict != "dropped"),
            answered[0] if answered else None,
        )

    @property
    def requested(self) -> list[Take]:
        """The takes that somebody waits for."""
        return [take for take in self._shelf.values() if take.is_requested and take.is_waiting]

    def fail(self, take: Take, reason: str) -> None:
        """Tell whoever wished for this take, or the musician, why there is none.

        A take that is asked for on and on tells the same reason once.
        """
        address = WISH if take.is_requested else ""
        if reason != take.failure:
            self._listener(NoticeReport("error", reason, address, take.sender))
        take.failure = reason

    def give_again(
        self, take_id: str, melody: Clip, seed: int | None, bpm: float, sender: Sender
    ) -> Take | None:
        """Hand over the take of this id if it answers this very question; None if it does not.

        If it is on its way to the same sender, that is enough.
        """
        take = self._shelf.get(take_id)
        newest = take.newest if take else None
        if take is None or newest is None or not self._is_asking(newest, melody, seed):
            return None
        if take.answer is not None and take.answer[0] is newest:
            self.deliver(take, bpm, sender)
            return take
        is_coming = take.is_requested and take.is_waiting and take.sender == sender
        return take if is_coming else None

    def _is_asking(self, request: GenerateRequest, melody: Clip, seed: int | None) -> bool:
        """Tell whether this is that very question: phrase, model, controls and seed."""
        asked = (request.melody, request.model, dict(request.controls))
        is_same = asked == (melody, self._current.settings.model, self._current.controls)
        return is_same and seed in (None, request.seed)

    def request(
        self,
        take: Take,
        melody: Clip,
        bpm: float,
        span: tuple[float, float] | None = None,
        context: tuple[Track, ...] = (),
    ) -> GenerateRequest:
        """Put one more question about this take; `span`: only these beats (begin, end) of it."""
        begin, end = span or (0.0, melody.length)
        request = GenerateRequest(
            request_id=f"take-{take.number}-{take.count}",
            model=self._current.settings.model,
            melody=melody,
            length=end - begin,
            meter=self._current.settings.meter,
            bpm=bpm,
            seed=take.seed,
            controls=self._current.controls,
            begin=begin,
            context=context,
            lane=take.take_id if take.is_requested else "",
        )
        take.count += 1
        take.requests.append(request)
        self._inference.request(request)
        return request

    def ask_again(self, take: Take) -> None:
        """Repeat the open question: the worker that had it may be gone."""
        if take.newest is not None and take.is_waiting and take.repeats < _MOST_REPEATS:
            take.repeats += 1
            self._inference.request(take.newest)

    def load(self, model: str) -> None:
        """Have a model in memory before it is asked for."""
        self._inference.load(model)

    def measured(self, seconds: float) -> None:
        """Take note of how long an answer took."""
        self._recent_seconds.append(seconds)

    def lookahead_seconds(self, bpm: float) -> float:
        """How long before a bar line to ask: a beat, or what the slowest recent answer needed."""
        slowest = max(self._recent_seconds, default=_SUPPOSED_SECONDS)
        needed = slowest * _MARGIN + _MARGIN_SECONDS
        return max(_LEAST_LOOKAHEAD_SECONDS, 60 / bpm, needed)

    @property
    def least_lookahead_seconds(self) -> float:
        """How long a short answer takes, with a margin."""
        slowest = max(self._recent_seconds, default=_SUPPOSED_BAR_SECONDS)
        return max(_LEAST_BAR_SECONDS, slowest * _MARGIN + _BAR_MARGIN_SECONDS)

    def tell(self, report: Report) -> None:
        """Tell whoever listens."""
        self._listener(report)

    def notice(self, kind: str, text: str) -> None:
        """Tell the musician a sentence; `kind` is info, warning or error."""
        self._listener(NoticeReport(kind, text))

    def channelled(self, tracks: tuple[Track, ...]) -> tuple[Track, ...]:
        """Return the tracks on the channels on which they are heard."""
        channels = self._current.settings.channels.of(tracks)
        return tuple(replace(t, channel=c) for t, c in zip(tracks, channels, strict=True))

    def commit(self, take: Take, melody: Clip, bpm: float, begin: float) -> tuple[Track, ...]:
        """Keep the take, which sounds from the beat `begin` on; return its tracks."""
        assert take.answer is not None, "only an answered take can be committed"
        request, answered = take.answer
        take.committed = request
        tracks = self.channelled(answered)
        composition = self._composition(melody, bpm, take, request, tracks)
        if not take.is_saved:
            self._save(take, composition)
        if not take.is_delivered:
            self._listener(TakeReport(composition, begin - self._lead_in(melody), take.take_id))
        return tracks

    def _save(self, take: Take, composition: Composition) -> None:
        self._store.save(composition)
        take.has_file = True
        if take.verdict:
            self._store.judge(take.take_id, take.verdict)

    def deliver(self, take: Take, bpm: float | None = None, sender: Sender = None) -> None:
        """Hand a take that was wished for to whoever wished it, and keep it.

        Without a tempo it is in that for which it was asked: another program's has its own.
        """
        if take.answer is None:
            return
        request, answered = take.answer
        tracks = self.channelled(answered)
        composition = self._composition(request.melody, bpm or request.bpm, take, request, tracks)
        if not take.is_saved:
            take.is_saved = True
            self._save(take, composition)
        take.is_delivered = True
        self._listener(TakeReport(composition, None, take.take_id, sender or take.sender))

    def judge(self, take: Take, verdict: str) -> None:
        """Have it written beside the take, as soon as that lies on disk, if it was kept or dropped.

        ValueError if the take has not been made yet.
        """
        if take.answer is None:
            raise ValueError(f"take {take.take_id} is not there yet")
        take.verdict = verdict
        if take.has_file:
            self._store.judge(take.take_id, verdict)

    def keep_melody(self, melody: Clip, bpm: float) -> None:
        """Keep what was played without accompaniment, if anything was."""
        if melody.notes:
            self._store.save(self._composition(melody, bpm, None, None, ()))

    def keep_stretch(self, melody: Clip, bpm: float, take: Take, tracks: tuple[Track, ...]) -> None:
        """Keep a stretch of a piece that was made bar by bar, as it was heard."""
        composition = self._composition(melody, bpm, take, take.newest, tracks)
        self._save(take, composition)
        self._listener(TakeReport(composition, None, take.take_id))

    def _lead_in(self, melody: Clip) -> float:
        bar = self._current.settings.meter.beats_per_bar
        return bar * ceil(max([-n.start for n in melody.notes] + [0.0]) / bar)

    def _composition(
        self,
        melody: Clip,
        bpm: float,
        take: Take | None,
        request: GenerateRequest | None,
        tracks: tuple[Track, ...],
    ) -> Composition:
        # A file has no time before 0: a pick-up puts the whole take some bars later.
        later = self._lead_in(melody)
        return Composition(
            melody=_later(
                Track("melody", melody, channel=self._current.settings.channels.thru), later
            ),
            accompaniment=tuple(_later(track, later) for track in tracks),
            tempo=TempoMap.constant(bpm),
            meter=MeterMap.constant(self._current.settings.meter),
            provenance=self._provenance(bpm, take, request) | {"lead_in": later},
        )

    def _provenance(
        self, bpm: float, take: Take | None, request: GenerateRequest | None
    ) -> dict[str, Any]:
        settings = self._current.settings
        return {
            "id": take.take_id if take else "",
            "model": request.model if request else None,
            "seed": request.seed if request else None,
            "controls": dict(request.controls if request else settings.controls),
            "bars": settings.bars,
            "bpm": bpm,
            "mode": settings.mode,
            "request_id": request.request_id if request else None,
        }


def _later(track: Track, beats: float) -> Track:
    clip = track.clip.shifted(beats)
    return replace(track, clip=replace(clip, length=clip.length + beats))
