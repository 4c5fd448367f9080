"""The sections of a piece: which one the band plays, which comes on a bar line, what is let in."""

from dataclasses import dataclass

from models.music.tempo import EPSILON

INTRO, FILL, BREAK, ENDING = "intro", "fill", "break", "ending"
VARIATIONS = ("a", "b", "c", "d")
SECTIONS = (INTRO, *VARIATIONS, FILL, BREAK, ENDING)
ENDING_BARS = 2


@dataclass(frozen=True, slots=True)
class Insert:
    """A fill, a break or an ending in [begin, end) beats of the song.

    `is_made`: the model makes it; else what the band plays is silenced, or comes to its own end.
    """

    name: str
    begin: float
    end: float
    is_made: bool


class Sections:
    """What is in force, what comes, and what is let in, in beats of the song.

    Called from: the engine thread.
    """

    def __init__(self) -> None:
        self.in_force = ""
        self.coming: tuple[str, float] | None = None  # the bar line on which it comes
        self.insert: Insert | None = None

    @property
    def latest(self) -> str:
        """The section that was chosen last."""
        return self.coming[0] if self.coming else self.in_force

    def at(self, beat: float) -> str:
        """The section at a beat."""
        insert = self.made_at(beat)
        if insert is not None:
            return insert.name
        if self.coming is not None and beat >= self.coming[1] - EPSILON:
            return self.coming[0]
        return self.in_force

    def made_at(self, beat: float) -> Insert | None:
        """What a model makes for a while at this beat."""
        insert = self.insert
        if insert is None or not insert.is_made:
            return None
        return insert if insert.begin - EPSILON <= beat < insert.end - EPSILON else None

    def change_after(self, beat: float) -> float | None:
        """The first beat after this one on which another section, or an insert, begins."""
        begins = [self.coming[1]] if self.coming else []
        begins += [self.insert.begin] if self.insert and self.insert.is_made else []
        return min((b for b in begins if b > beat + EPSILON), default=None)

    def pass_point(self, beat: float) -> bool:
        """Let what is due come into force; tell whether anything changed."""
        changed = False
        if self.coming is not None and beat >= self.coming[1] - EPSILON:
            self.in_force, self.coming, changed = self.coming[0], None, True
        if self.insert is not None and beat >= self.insert.end - EPSILON:
            self.insert, changed = None, True
        return changed

    def settle(self) -> None:
        """Count what comes as in force: the song has stopped or is elsewhere."""
        self.in_force, self.coming, self.insert = self.latest, None, None
