"""What becomes of a take that has come: committed or handed over, told, saved and judged."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil
from typing import Any

from bridge.current_settings import CurrentSettings
from bridge.events import Sender, StepMade
from bridge.interfaces import GenerateRequest, TakeStore
from bridge.reports import EditReport, Listener, TakeReport
from bridge.takes.heard_take import Heard
from bridge.takes.take import Made, Take
from bridge.takes.take_harmony import sounding_harmony, with_chord_track, with_names
from models.artifact.manifest import EDIT, EXTEND, HEARD
from models.formats.track_json import clip_to_rows, tracks_to_json
from models.music.changes import changes
from models.music.clip import Clip, Composition, Track
from models.music.tempo import MeterMap, TempoMap


class TakeKeeping:
    """Makes compositions of takes, tells them to the listener and saves them in the store."""

    def __init__(self, current: CurrentSettings, store: TakeStore, listener: Listener) -> None:
        self._current, self._store, self._listener = current, store, listener

    def channelled(self, tracks: tuple[Track, ...]) -> tuple[Track, ...]:
        """Return the tracks on the channels on which they are heard."""
        channels = self._current.settings.channels.of(tracks)
        programs = self._current.settings.programs
        return tuple(
            replace(t, channel=c, program=programs.get(t.name.casefold(), t.program))
            for t, c in zip(tracks, channels, strict=True)
        )

    def empty_tracks(self) -> tuple[Track, ...]:
        """Give the tracks that the models in force will fill, with their channels and programs."""
        specs = {s.name: s for m in self._current.chain for s in m.tracks}
        return self.channelled(
            tuple(Track(s.name, Clip(), s.role, s.program, s.channel) for s in specs.values())
        )

    def commit(self, take: Take, melody: Clip, bpm: float, begin: float) -> Made:
        """Keep the take, which sounds from the beat `begin` on; return what is heard of it."""
        assert take.answer is not None, "only an answered take can be committed"
        request, made = take.answer
        take.committed = request
        made = made._replace(tracks=self.channelled(made.tracks))
        composition = self._named(take, self._composition(melody, bpm, take, request, made))
        if take.stored is not request:
            self._save(take, composition, request)
        if not take.is_delivered:
            begin -= self._lead_in(melody)
            self._tell_edit(take, request, made)
            self._listener(TakeReport(composition, begin, take.take_id))
        return made

    def deliver(self, take: Take, bpm: float | None = None, sender: Sender = None) -> None:
        """Hand a take that was asked for by its id to its requester, and keep it.

        Without a tempo it is in that for which it was asked: another program's has its own.
        """
        if take.answer is None:
            return
        request, made = take.answer
        made = made._replace(tracks=self.channelled(made.tracks))
        music = self._composition(request.melody, bpm or request.bpm, take, request, made)
        composition = self._named(take, music)
        if not take.is_delivered:
            self._save(take, composition, request)
        take.is_delivered = True
        sender = sender or (take.requester.sender if take.requester else None)
        self._tell_edit(take, request, made, sender)
        self._listener(TakeReport(composition, None, take.take_id, sender))

    def _tell_edit(
        self, take: Take, request: GenerateRequest, made: Made, sender: Sender = None
    ) -> None:
        if EDIT not in request.techniques or made.melody is None:
            return
        after = made.melody
        if made.steps:  # what models after it did to the melody is not its doing
            last = max(i for i, step in enumerate(made.steps) if step.technique == EDIT)
            after = made.steps[last].tracks[0].clip
        done = changes(request.melody, after)
        self._listener(EditReport(take.take_id, done, sender))

    def judge(self, take: Take, verdict: str) -> None:
        """Note beside the take, once it lies on disk, whether it was kept or dropped.

        ValueError if the take has not been made yet.
        """
        if take.answer is None:
            raise ValueError(f"take {take.take_id} is not there yet")
        take.verdict = verdict
        if take.stored is not None:
            self._store.judge(take.take_id, verdict)

    def keep_melody(self, melody: Clip, bpm: float, take: Take | None = None) -> None:
        """Keep what was played without accompaniment, if anything was.

        If the take that was to be made of it comes after all, it takes its place.
        """
        if melody.notes:
            slot = take.number if take else None
            alone = self._composition(melody, bpm, None, None, Made())
            self._store.save(with_names(alone, sounding_harmony(alone)), slot)

    def grow(self, take: Take, so_far: Callable[[], Heard]) -> None:
        """Keep what was heard so far of a piece that is made bar by bar and goes on."""
        make = self._heard_take(take)
        self._store.grow(take.number, lambda: make(so_far()))
        self._stored(take, take.newest)

    def finish(self, take: Take, heard: Heard) -> None:
        """Keep all that was heard of a piece that was made bar by bar, and tell it."""
        composition = self._heard_take(take)(heard)
        self._store.save(composition, take.number)
        self._stored(take, take.newest)
        self._listener(TakeReport(composition, None, take.take_id))

    def _heard_take(self, take: Take) -> Callable[[Heard], Composition]:
        request, thru = take.newest, self._current.settings.channels.thru
        bpm = request.bpm if request else self._current.settings.bpm
        about = self._provenance(bpm, take, request)

        has_track = self._current.settings.chords_track

        def composition(heard: Heard) -> Composition:
            take = Composition(
                melody=Track("melody", heard.melody, channel=thru),
                accompaniment=heard.tracks,
                tempo=heard.tempo,
                meter=heard.meter,
                provenance=about | {"bpm": heard.tempo.bpm_at(0.0), "lead_in": heard.lead_in},
            )
            harmony = sounding_harmony(take)
            named = with_names(take, harmony)
            return with_chord_track(named, harmony) if has_track else named

        return composition

    def keep_extension(self, melody: Clip, bpm: float, take: Take, made: Made) -> None:
        """Keep a phrase with what was heard after it."""
        composition = self._composition(melody, bpm, take, take.committed, made)
        self._save(take, composition, take.committed)
        self._listener(TakeReport(composition, None, take.take_id))

    def _named(self, take: Take, composition: Composition) -> Composition:
        """Have a take say its harmony: the one that was planned, or else the one that sounds."""
        later = composition.provenance["lead_in"]
        if take.harmony is None:
            take.harmony = sounding_harmony(composition).shifted(-later)
        return with_names(composition, take.harmony.shifted(later).joined())

    def _save(self, take: Take, composition: Composition, request: GenerateRequest | None) -> None:
        harmony, has_track = take.harmony, self._current.settings.chords_track
        if harmony is not None and has_track:
            harmony = harmony.shifted(composition.provenance["lead_in"])
            composition = with_chord_track(composition, harmony)
        self._store.save(composition, take.number)
        self._stored(take, request)

    def _stored(self, take: Take, request: GenerateRequest | None) -> None:
        """Note that it is on its way to disk; a verdict that came before goes after it."""
        is_new, take.stored = take.stored is None, request
        if is_new and take.verdict:
            self._store.judge(take.take_id, take.verdict)

    def _lead_in(self, melody: Clip) -> float:
        bar = self._current.settings.meter.beats_per_bar
        return bar * ceil(max([-n.start for n in melody.notes] + [0.0]) / bar)

    def _composition(
        self,
        melody: Clip,
        bpm: float,
        take: Take | None,
        request: GenerateRequest | None,
        made: Made,
    ) -> Composition:
        # A file has no time before 0: a pick-up puts the whole take some bars later.
        later, settings = self._lead_in(melody), self._current.settings
        sung = Track("melody", melody, channel=settings.channels.thru)
        about = self._provenance(bpm, take, request) | {"lead_in": later}
        if made.melody is not None and request is not None:
            # Both at once would clash: the file has what is heard, `played` what was played.
            about["played"] = clip_to_rows(_later(sung, later).clip)
            sung = replace(sung, name=melody_name(request), clip=made.melody)
        if made.steps:
            about["steps"] = [_told(step, later) for step in made.steps]
        return Composition(
            melody=_later(sung, later),
            accompaniment=tuple(_later(track, later) for track in made.tracks),
            tempo=TempoMap.constant(bpm),
            meter=MeterMap.constant(settings.meter),
            provenance=about,
        )

    def _provenance(
        self, bpm: float, take: Take | None, request: GenerateRequest | None
    ) -> dict[str, Any]:
        settings = self._current.settings
        controls = request.controls if request else settings.controls
        return {
            "id": take.take_id if take else "",
            "model": request.name if request else None,
            "seed": request.seed if request else None,
            "controls": {name: v for name, v in controls.items() if name != HEARD},
            "bars": settings.bars,
            "bpm": bpm,
            "mode": settings.mode,
            "request_id": request.request_id if request else None,
        }


def melody_name(request: GenerateRequest) -> str:
    """Name the track of a melody by what models did to it."""
    if EXTEND in request.techniques:
        is_inside = request.techniques[0] == EXTEND and request.end <= request.melody.length
        return "filled" if is_inside else "extended"
    return "edited" if EDIT in request.techniques else "melody"


def _told(step: StepMade, later: float) -> dict[str, Any]:
    return {
        "model": step.model,
        "technique": step.technique,
        "seed": step.seed,
        "controls": dict(step.controls),
        "tracks": tracks_to_json([_later(track, later) for track in step.tracks]),
    }


def _later(track: Track, beats: float) -> Track:
    if not beats:  # nearly always; and it is asked on the bar line on which the take sounds
        return track
    clip = track.clip.shifted(beats)
    return replace(track, clip=replace(clip, length=clip.length + beats))
