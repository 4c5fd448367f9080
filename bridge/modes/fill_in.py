"""A fill, a break or an ending that a model makes over what sounds; it comes in as it is due."""

from collections.abc import Sequence
from dataclasses import replace

from bridge.events import Generated, GenerateFailed
from bridge.modes.active_phrase import ActivePhrase
from bridge.modes.follow_plan import FollowPlan
from bridge.modes.parts import Parts
from bridge.modes.sections import ENDING, Insert
from bridge.notes.scheduler import ACCOMPANIMENT
from bridge.takes.drafts import part
from bridge.takes.take import Requester, Take
from models.music.clip import Clip, Track
from models.music.tempo import EPSILON

_STEP = 0.25  # beats: the grid on which a fill comes in
_FIRST_NUMBER = 1_000_000  # beyond those of takes, whose seeds are counted


class FillIn:
    """Asks for an insert in the place of what sounds, and lays it out. Beats are the song's."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._count = 0
        self._asked: tuple[Take, Insert, float] | None = None  # and where its beat 0 is
        self.enters_at: float | None = None

    def forget(self) -> None:
        """Let in nothing that was asked for."""
        self._asked, self.enters_at = None, None

    def ask(self, active: ActivePhrase, insert: Insert, origin: float) -> None:
        """Ask for an insert over a phrase whose pass begins at `origin`."""
        parts, newest = self._parts, active.take.newest
        place, length = insert.begin - origin, active.length
        melody = active.heard
        while place + (insert.end - insert.begin) > melody.length + EPSILON:
            again = active.heard.shifted(melody.length)
            melody = Clip((*melody.notes, *again.notes), melody.length + length)
        draft = part(parts.current, melody, (place, insert.end - origin))
        controls = {**draft.controls, **parts.current.section_control(insert.name)}
        chords = newest.chords if newest and insert.name != ENDING else None
        self._count += 1
        take_id = f"insert-{self._count}"
        take = Take(_FIRST_NUMBER + self._count, active.take.seed, take_id, Requester())
        parts.takes.put(take, replace(draft, controls=controls, chords=chords), parts.bpm)
        self._asked, self.enters_at = (take, insert, origin), None

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Keep the answer for its beat, if it is ours."""
        if self._asked is None:
            return
        take, insert, _ = self._asked
        if isinstance(event, GenerateFailed):
            if take.take_failure(event):
                self._parts.takes.fail(take, event.reason)
                self.forget()
        elif take.take_answer(event):
            playhead = self._parts.playhead
            soon = playhead.transport.next_step(playhead.beat_at(event.at_seconds), _STEP)
            self.enters_at = max(insert.begin, soon)

    def enter(self, active: ActivePhrase | None, beat: float) -> None:
        """Play it from here on in the place of what is laid out; then that goes on."""
        asked = self._asked
        self.forget()
        if asked is None or asked[0].answer is None or beat > asked[1].end - EPSILON:
            return
        take, insert, origin = asked
        assert take.answer is not None
        made = self._parts.keeping.channelled(take.answer[1].tracks)
        tracks = active.tracks if active is not None else None
        plan = FollowPlan(_placed(tracks or (), origin))
        plan.end = origin + active.length if active is not None else insert.end
        keeps = insert.name != ENDING
        change = plan.mend(beat, _placed(made, origin), insert.end, keeps_rest=keeps)
        self._parts.scheduler.assign(made)
        self._parts.scheduler.replan(beat, ACCOMPANIMENT, change.notes, change.begun)


def _placed(tracks: Sequence[Track], origin: float) -> tuple[Track, ...]:
    return tuple(replace(t, clip=t.clip.shifted(origin)) for t in tracks)
