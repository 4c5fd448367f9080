"""A request put to generators: each does what it is made for, one after the other."""

from collections.abc import Sequence
from dataclasses import replace

from bridge.events import Generated, StepMade
from bridge.interfaces import GenerateRequest, ModelStep
from models.artifact.generator import Generator
from models.artifact.manifest import ACCOMPANY, HEARD
from models.music.clip import Composition, Track
from models.music.harmony import Harmony
from models.music.swing import straightened, straightened_beat
from models.music.tempo import MeterMap, TempoMap
from models.techniques.accompany import chord_track, with_leading
from models.techniques.chain import Step, chain
from models.techniques.parts import LEADING
from models.techniques.planned import planned
from models.techniques.windows import Stretch


def perform(generators: Sequence[Generator], request: GenerateRequest) -> Generated:
    """Answer a request with its models, in their order.

    ArtifactError if one of them is not made for what it is asked for.
    """
    request = _straight(request)
    wanted = [ModelStep(request.model, request.technique, request.controls), *request.then]
    for generator, step in zip(generators, wanted, strict=True):
        if step.technique:
            generator.manifest.require(step.technique)
    steps = [Step(g, w.controls) for g, w in zip(generators, wanted, strict=True)]
    stretch = Stretch(request.begin, request.end, request.extension)
    made = chain(steps, _piece(request), request.seed, stretch)
    last, techniques = made[-1], [g.manifest.technique for g in generators]
    places = [i for i, technique in enumerate(techniques) if technique == ACCOMPANY]
    is_sung = any(technique != ACCOMPANY for technique in techniques)
    return Generated(
        0.0,
        request.request_id,
        tuple(_heard(track, request) for track in last.accompaniment if track.role != LEADING),
        0.0,
        _heard(last.melody, request).clip if is_sung else None,
        tuple(
            StepMade(
                step.model,
                technique,
                request.seed,
                step.controls,
                tuple(_heard(track, request) for track in piece.tracks),
            )
            for step, technique, piece in zip(wanted, techniques, made, strict=True)
            if request.then
        ),
        _harmony(steps, made, request, places[-1]) if places else None,
    )


def _straight(request: GenerateRequest) -> GenerateRequest:
    """Let those who accompany read a swung melody as the straight one that it means."""
    if not request.swing:
        return request
    controls = dict(request.controls)
    if HEARD in controls:
        controls[HEARD] = straightened_beat(controls[HEARD], request.swing)
    melody = straightened(request.melody, request.swing)
    return replace(request, melody=melody, controls=controls)


def _harmony(
    steps: Sequence[Step], made: Sequence[Composition], request: GenerateRequest, at: int
) -> Harmony | None:
    """Give the chords of what the step `at` made, if its model plans them."""
    piece = with_leading(made[at], _piece(request))
    begin, end = (request.begin, request.end) if at == 0 or _is_hole(request) else (None, None)
    step = steps[at]
    return planned(step.generator, piece, request.seed, step.controls, begin, end)


def _is_hole(request: GenerateRequest) -> bool:
    """Whether only some beats of the melody are asked for."""
    length = request.melody.length
    return request.end <= length and (request.begin > 0 or request.end < length)


def _piece(request: GenerateRequest) -> Composition:
    return Composition(
        Track("melody", request.melody, "melody"),
        (*request.context, *chord_track(request.chords)),
        tempo=TempoMap.constant(request.bpm),
        meter=MeterMap.constant(request.meter),
    )


def _heard(track: Track, request: GenerateRequest) -> Track:
    """The track without the context, which whoever asked has, unless they want it too."""
    if request.is_whole:
        return track
    notes = tuple(n for n in track.clip.notes if request.begin <= n.start < request.end)
    return replace(track, clip=replace(track.clip, notes=notes))
