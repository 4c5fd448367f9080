"""The takes that there are, which of them are to be in Live's set, and their clips' names."""

from collections import OrderedDict, deque
from dataclasses import dataclass, replace

from bridge.ableton.requests import Asker
from bridge.reports import Reply, Report, TakeReport
from models.music.clip import Composition

ANYWHERE = -1
MOST_TAKES = 64
MOST_CHORDS = 8  # named in a clip's name


@dataclass(frozen=True, slots=True)
class WantedTake:
    """A take that is to be written: in or after which scene, to be launched or not, for whom."""

    take: Composition
    scene: int
    fire: bool
    asker: Asker


def clip_name(take: Composition, take_id: str) -> str:
    """Name a take's clips by model, seed, number and first chords: `bach 7 take-3: G D7/F# Em`."""
    model, seed = take.provenance.get("model"), take.provenance.get("seed")
    words = (model or "", "" if seed is None else str(seed), take_id)
    name = " ".join(word for word in words if word) or "Continuo"
    chords = [str(chord) for _, chord in take.provenance.get("chords", ())]
    more = " ..." if len(chords) > MOST_CHORDS else ""
    return f"{name}: {' '.join(chords[:MOST_CHORDS])}{more}" if chords else name


class WantedTakes:
    """Hears of every take; says which are wanted in the set. The last ones are remembered."""

    def __init__(self) -> None:
        self._takes: OrderedDict[str, Composition] = OrderedDict()
        self._beside: OrderedDict[str, tuple[int, Asker]] = OrderedDict()
        self._written: dict[str, Composition] = {}
        self._kept_early: deque[str] = deque(maxlen=MOST_TAKES)  # while they were being played
        self._wanted: deque[WantedTake] = deque(maxlen=MOST_TAKES)

    def __len__(self) -> int:
        """How many are wanted and not taken yet."""
        return len(self._wanted)

    def promise(self, take_id: str, scene: int, asker: Asker) -> None:
        """Want the take of this id, as soon as it is there, beside the melody's clip."""
        self._beside[take_id] = (scene, asker)
        if len(self._beside) > MOST_TAKES:
            self._beside.popitem(last=False)

    def want(self, take_id: str, fire: bool, asker: Asker) -> str | None:
        """Want a take, or the newest; return its id, None if there is none."""
        name = take_id or next(reversed(self._takes), "")
        take = self._takes.get(name)
        if take is None:
            return None
        self._want(name, WantedTake(_whole(take), ANYWHERE, fire, replace(asker, take_id=name)))
        return name

    def hear(self, report: Report, wants_all: bool, wants_kept: bool) -> None:
        """Take note of a take, and of one that was kept; either may be wanted in the set."""
        if isinstance(report, TakeReport) and report.take_id:
            self._come(report, wants_all)
        elif wants_kept and isinstance(report, Reply) and report.name == "take":
            take_id, verdict = str(report.values[0]), report.values[1]
            if verdict == "kept" and take_id in self._takes:
                self._want_anew(Asker(take_id))
            elif verdict == "kept":
                self._kept_early.append(take_id)

    def not_written(self, take_id: str) -> None:
        """Take note that it did not get into the set, so that it can be kept again."""
        self._written.pop(take_id, None)

    def next(self) -> WantedTake | None:
        """Return the first of those wanted."""
        return self._wanted.popleft() if self._wanted else None

    def _come(self, report: TakeReport, wants_all: bool) -> None:
        take_id, take = report.take_id, report.take
        self._takes.pop(take_id, None)
        self._takes[take_id] = take
        if len(self._takes) > MOST_TAKES:
            old, _ = self._takes.popitem(last=False)
            self._written.pop(old, None)
        scene, asker = self._beside.pop(take_id, (None, Asker(take_id)))
        if scene is not None:
            # The melody too: the scene that is launched has all voices, whatever else plays there.
            self._want(take_id, WantedTake(_whole(take), scene, True, asker))
        elif wants_all or take_id in self._kept_early:
            self._want_anew(Asker(take_id, report.sender))

    def _want_anew(self, asker: Asker) -> None:
        """Want a take, unless it is in the set as it is."""
        take = self._takes.get(asker.take_id)
        if take is not None and self._written.get(asker.take_id) != take:
            self._want(asker.take_id, WantedTake(_whole(take), ANYWHERE, False, asker))

    def _want(self, take_id: str, wanted: WantedTake) -> None:
        self._written[take_id] = self._takes[take_id]
        self._wanted.append(wanted)


def _whole(take: Composition) -> Composition:
    """The take with the melody as its first voice: in the set it is a clip as the others are."""
    melody = (take.melody,) if take.melody.clip.notes else ()
    return take.with_accompaniment((*melody, *take.accompaniment))
