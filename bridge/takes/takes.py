"""The takes by their ids: begun, requested, found again, failed."""

from collections import OrderedDict
from dataclasses import replace
from zlib import crc32

from bridge.current_settings import SWING, CurrentSettings
from bridge.interfaces import GenerateRequest, InferenceClient
from bridge.reports import Listener, NoticeReport
from bridge.takes.chord_lead import ChordLead
from bridge.takes.drafts import Span, filling, is_same, part, reach, whole
from bridge.takes.phrase_store import PhraseStore
from bridge.takes.request_queue import MOST_REQUESTED
from bridge.takes.take import Requester, Take
from bridge.takes.take_keeping import TakeKeeping
from models.artifact.manifest import HEARD
from models.music.clip import Clip, Track
from models.music.progression import read_progression
from models.music.swing import found_swing
from models.music.tempo import MeterMap
from models.techniques.compound import is_compound

_MOST_REPEATS = 2  # a request that ends every worker must not be repeated for ever
_MOST_TAKES = 64  # whose ids are remembered
_SEEDS = 1 << 16
_SWING_BARS = 8  # by which the player's swing is found


class Takes:
    """Numbers the takes, remembers the last ones, and puts their requests to the worker."""

    def __init__(
        self,
        current: CurrentSettings,
        inference: InferenceClient,
        keeping: TakeKeeping,
        listener: Listener,
    ) -> None:
        self._current, self._inference = current, inference
        self._keeping, self._listener = keeping, listener
        self._count = 0
        self._by_id: OrderedDict[str, Take] = OrderedDict()
        self.phrases = PhraseStore()
        self._swing = 0.0  # of what was played last
        self.loading = ""  # the model that is not in memory yet, and is being loaded
        chords = current.settings.chords
        self.lead = ChordLead(read_progression(chords) if chords else None)

    # -- beginning one -------------------------------------------------------------------------
    def next_take_id(self) -> str:
        """Number one more take."""
        self._count += 1
        return f"take-{self._count - 1}"

    def new_take(self) -> Take:
        """Begin the next take; the seed of take k is the first seed + k."""
        number, take_id = self._count, self.next_take_id()
        return self._remember(Take(number, self._current.settings.seed + number, take_id))

    def another_seed(self, take: Take) -> None:
        """Let the requests from now on for this take have the seed of the next one."""
        take.seed = self._current.settings.seed + self._count
        self.next_take_id()

    def new_requested_take(self, take_id: str, seed: int | None, requester: Requester) -> Take:
        """Begin a take that is asked for by its id: without a seed that decides, to stay the same.

        ValueError if too many are waited for already.
        """
        awaited = self.awaited
        if len(awaited) > MOST_REQUESTED and take_id not in {take.take_id for take in awaited}:
            raise ValueError("too many takes are wanted at once: wait for some of them")
        take_id = take_id or self.next_take_id()
        if seed is None:
            old = self._by_id.get(take_id)
            first = self._current.settings.seed
            seed = old.seed if old else first + crc32(take_id.encode()) % _SEEDS
        take = Take(self._count, seed, take_id, requester)
        self._count += 1
        return self._remember(take)

    def _remember(self, take: Take) -> Take:
        self._by_id.pop(take.take_id, None)
        self._by_id[take.take_id] = take
        if len(self._by_id) > _MOST_TAKES:
            done = (old for old in self._by_id.values() if not old.is_awaited)
            del self._by_id[next(done).take_id]
        return take

    # -- finding one ---------------------------------------------------------------------------
    def find(self, take_id: str) -> Take | None:
        """Return the take with this id; without one the newest answered, and not dropped."""
        if take_id:
            return self._by_id.get(take_id)
        answered = [take for take in reversed(self._by_id.values()) if take.answer]
        kept = (take for take in answered if take.verdict != "dropped")
        return next(kept, answered[0] if answered else None)

    @property
    def awaited(self) -> list[Take]:
        """The takes that somebody asked for by id and waits for."""
        return [take for take in self._by_id.values() if take.is_awaited]

    def give_again(
        self, take_id: str, melody: Clip, seed: int | None, bpm: float, requester: Requester
    ) -> Take | None:
        """Hand over the take of this id if it answers this very request; None if it does not.

        If it is on its way to the same sender, that is enough.
        """
        take = self._by_id.get(take_id)
        newest = take.newest if take else None
        if take is None or newest is None or seed not in (None, newest.seed):
            return None
        if not is_same(newest, self.completed(whole(self._current, melody))):
            return None
        if take.answer is not None and take.answer[0] is newest:
            self._keeping.deliver(take, bpm, requester.sender)
            return take
        same_sender = take.requester is not None and take.requester.sender == requester.sender
        return take if take.is_waiting and same_sender else None

    def completed(self, draft: GenerateRequest, *, is_played: bool = False) -> GenerateRequest:
        """Have a band swing as the melody does, and the chords lead that do so now.

        `is_played`: where too little tells the swing it is that of what was played before.
        """
        return self._led(self._swung(draft, self._swing if is_played else 0.0))

    def _swung(self, draft: GenerateRequest, before: float) -> GenerateRequest:
        if draft.swing or not self._current.swings or is_compound(draft.meter):
            return draft
        until = draft.controls.get(HEARD, draft.melody.length)
        begin = until - _SWING_BARS * draft.meter.beats_per_bar
        found = found_swing(draft.melody, begin, until)
        swing = before if found is None else found
        if not swing:
            return draft
        # One that was set is played, whatever the melody does.
        return replace(draft, swing=swing, controls={SWING: swing, **draft.controls})

    def _led(self, draft: GenerateRequest) -> GenerateRequest:
        """Have the chords lead that do so now, wherever the phrase is played."""
        if draft.chords is not None or not self.lead.is_leading or not self._current.hears_chords:
            return draft
        meter = MeterMap.constant(self._current.settings.meter)
        return replace(draft, chords=self.lead.anywhere(reach(draft), meter))

    # -- requests ------------------------------------------------------------------------------
    def request_take(self, take_id: str, melody: Clip, bpm: float, requester: Requester) -> None:
        """Request a take that is handed over as clips and not played from here.

        What was requested like that already is given again.
        """
        if self.give_again(take_id, melody, None, bpm, requester) is None:
            self.request(self.new_requested_take(take_id, None, requester), melody, bpm)

    def request_filling(
        self, take_id: str, melody: Clip, span: Span, bpm: float, requester: Requester
    ) -> None:
        """Request a take in which these beats of a melody are filled; ValueError if it has not."""
        draft = filling(self._current, melody, span)
        self.put(self.new_requested_take(take_id, None, requester), draft, bpm)

    def request(
        self,
        take: Take,
        melody: Clip,
        bpm: float,
        span: tuple[float, float] | None = None,
        context: tuple[Track, ...] = (),
        heard: float | None = None,
    ) -> GenerateRequest:
        """Put one more request for this take; `span`: only these beats (begin, end) of it.

        From the beat `heard` on the melody is only guessed.
        """
        if span is None:
            return self.put(take, whole(self._current, melody), bpm)
        return self.put(take, part(self._current, melody, span, context, heard), bpm)

    def put(self, take: Take, draft: GenerateRequest, bpm: float) -> GenerateRequest:
        """Put what is asked for as one more request of this take."""
        draft = self.completed(draft, is_played=not take.lane)
        if not take.lane:
            self._swing = draft.swing
        request = replace(
            draft,
            request_id=f"take-{take.number}-{take.count}",
            bpm=bpm,
            seed=take.seed,
            lane=take.lane,
        )
        take.count += 1
        take.asked_while_loading = take.asked_while_loading or bool(self.loading)
        take.requests.append(request)
        self._inference.request(request)
        return request

    def repeat(self, take: Take) -> None:
        """Repeat the open request: the worker that had it may be gone."""
        if take.newest is not None and take.is_waiting and take.repeats < _MOST_REPEATS:
            take.repeats += 1
            self._inference.request(take.newest)

    def fail(self, take: Take, reason: str) -> None:
        """Tell the requester of this take, or the musician, why there is none.

        A take that is asked for on and on tells the same reason once.
        """
        requester = take.requester or Requester()
        if reason != take.failure:
            notice = NoticeReport("error", reason, requester.address, requester.sender)
            self._listener(notice)
        take.failure = reason

    def load(self, model: str) -> None:
        """Have a model in memory before it is asked for."""
        self._inference.load(model)
