"""Where takes are asked for and kept: requests, their answers, how long they take, compositions."""

from collections import deque
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from bridge.events import (
    Composer,
    Generated,
    GenerateFailed,
    GenerateRequest,
    Keeper,
    Listener,
    NoticeReport,
    TakeReport,
)
from bridge.settings import PlaySettings
from models.clip import Clip, Composition, Track
from models.tempo import MeterMap, TempoMap

_LEAST_LOOKAHEAD_SECONDS = 0.25
_MARGIN, _MARGIN_SECONDS = 1.5, 0.1  # over the slowest of the last answers
_REMEMBERED = 8
# Before the first answer nobody knows how fast this machine is: suppose a slow one.
_SUPPOSED_SECONDS = 0.6
_MOST_REPEATS = 2  # a question that ends every worker must not be asked for ever


@dataclass(slots=True)
class Ask:
    """One take: the questions put to the worker so far, and the newest answer that has come."""

    take: int
    seed: int
    requests: list[GenerateRequest] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)  # answered or failed
    answer: tuple[GenerateRequest, tuple[Track, ...]] | None = None
    committed: GenerateRequest | None = None
    repeats: int = 0

    @property
    def newest(self) -> GenerateRequest | None:
        """The last question."""
        return self.requests[-1] if self.requests else None

    @property
    def is_waiting(self) -> bool:
        """Whether the last question is still open (older ones may have been replaced)."""
        return self.newest is not None and self.newest.request_id not in self.closed

    @property
    def is_armed(self) -> bool:
        """Whether an answer waits for its bar line."""
        return self.answer is not None and self.committed is None

    @property
    def is_bettered(self) -> bool:
        """Whether an answer to more of the phrase has come than the one that was committed."""
        is_newer = self.answer is not None and self.answer[0] is not self.committed
        return is_newer and self.committed is not None

    def _find(self, request_id: str) -> GenerateRequest | None:
        if request_id in self.closed:
            return None
        return next((r for r in self.requests if r.request_id == request_id), None)

    def take_answer(self, event: Generated) -> bool:
        """Keep the answer if it is to a newer question than the one kept; tell if it was ours."""
        request = self._find(event.request_id)
        if request is None:
            return False
        self.closed.add(event.request_id)
        if self.answer is None or _index(self, request) > _index(self, self.answer[0]):
            self.answer = (request, event.tracks)
        return True

    def take_failure(self, event: GenerateFailed) -> bool:
        """Close the question; tell if it was ours."""
        request = self._find(event.request_id)
        if request is not None:
            self.closed.add(event.request_id)
        return request is not None


def _index(ask: Ask, request: GenerateRequest) -> int:
    return ask.requests.index(request)


class Desk:
    """Numbers the takes, puts the questions, and hands what is committed to the keeper."""

    def __init__(
        self, settings: PlaySettings, composer: Composer, keeper: Keeper, listener: Listener
    ) -> None:
        self._settings = settings
        self._composer = composer
        self._keeper = keeper
        self._listener = listener
        self._takes = 0
        self._recent_seconds: deque[float] = deque(maxlen=_REMEMBERED)
        self.model = settings.model

    def new_ask(self) -> Ask:
        """Begin the next take; the seed of take k is the first seed + k."""
        take, self._takes = self._takes, self._takes + 1
        return Ask(take, self._settings.seed + take)

    def ask(self, ask: Ask, melody: Clip, bpm: float) -> None:
        """Put one more question about this take."""
        request = GenerateRequest(
            request_id=f"take-{ask.take}-{len(ask.requests)}",
            model=self.model,
            melody=melody,
            length=melody.length,
            meter=self._settings.meter,
            bpm=bpm,
            seed=ask.seed,
            controls=self._settings.controls,
        )
        ask.requests.append(request)
        self._composer.request(request)

    def ask_again(self, ask: Ask) -> None:
        """Repeat the open question: the worker that had it may be gone."""
        if ask.newest is not None and ask.is_waiting and ask.repeats < _MOST_REPEATS:
            ask.repeats += 1
            self._composer.request(ask.newest)

    def measured(self, seconds: float) -> None:
        """Take note of how long an answer took."""
        self._recent_seconds.append(seconds)

    def lookahead_seconds(self, bpm: float) -> float:
        """How long before a bar line to ask: a beat, or what the slowest recent answer needed."""
        slowest = max(self._recent_seconds, default=_SUPPOSED_SECONDS)
        needed = slowest * _MARGIN + _MARGIN_SECONDS
        return max(_LEAST_LOOKAHEAD_SECONDS, 60 / bpm, needed)

    def notice(self, kind: str, text: str) -> None:
        """Tell the musician a sentence; `kind` is info, warning or error."""
        self._listener(NoticeReport(kind, text))

    def channelled(self, tracks: tuple[Track, ...]) -> tuple[Track, ...]:
        """Return the tracks on the channels on which they are heard."""
        channels = self._settings.channels.of(tracks)
        return tuple(replace(t, channel=c) for t, c in zip(tracks, channels, strict=True))

    def commit(self, ask: Ask, melody: Clip, bpm: float, begin: float) -> tuple[Track, ...]:
        """Keep the take, which sounds from the beat `begin` on; return its tracks."""
        assert ask.answer is not None, "only an answered take can be committed"
        request, answered = ask.answer
        ask.committed = request
        tracks = self.channelled(answered)
        take = self._composition(melody, bpm, request, tracks)
        self._keeper.save(take)
        self._listener(TakeReport(take, begin - self._lead_in(melody)))
        return tracks

    def keep_melody(self, melody: Clip, bpm: float) -> None:
        """Keep what was played without accompaniment, if anything was."""
        if melody.notes:
            self._keeper.save(self._composition(melody, bpm, None, ()))

    def _lead_in(self, melody: Clip) -> float:
        bar = self._settings.meter.beats_per_bar
        return bar * ceil(max([-n.start for n in melody.notes] + [0.0]) / bar)

    def _composition(
        self,
        melody: Clip,
        bpm: float,
        request: GenerateRequest | None,
        tracks: tuple[Track, ...],
    ) -> Composition:
        # A file has no time before 0: a pick-up puts the whole take some bars later.
        later = self._lead_in(melody)
        return Composition(
            melody=_later(Track("melody", melody, channel=self._settings.channels.thru), later),
            accompaniment=tuple(_later(track, later) for track in tracks),
            tempo=TempoMap.constant(bpm),
            meter=MeterMap.constant(self._settings.meter),
            provenance=self._provenance(bpm, request) | {"lead_in": later},
        )

    def _provenance(self, bpm: float, request: GenerateRequest | None) -> dict[str, Any]:
        settings = self._settings
        return {
            "model": request.model if request else None,
            "seed": request.seed if request else None,
            "controls": dict(settings.controls),
            "bars": settings.bars,
            "bpm": bpm,
            "mode": settings.mode,
            "request_id": request.request_id if request else None,
        }


def _later(track: Track, beats: float) -> Track:
    clip = track.clip.shifted(beats)
    return replace(track, clip=replace(clip, length=clip.length + beats))
