"""What a request asks for, by what the models in force are made for, before it has a take."""

from dataclasses import replace
from math import ceil
from typing import Any

from bridge.current_settings import CurrentSettings
from bridge.interfaces import GenerateRequest
from models.artifact.manifest import ACCOMPANY, EXTEND, HEARD
from models.music.clip import Clip, Track
from models.music.tempo import EPSILON

Span = tuple[float, float]  # begin, end in beats of the melody


def whole(current: CurrentSettings, melody: Clip) -> GenerateRequest:
    """Ask for the whole phrase: accompanied, edited, or extended by the bars that are set."""
    settings, first, then = current.settings, current.technique, current.then
    span = (0.0, melody.length)
    if first == EXTEND:
        bar = settings.meter.beats_per_bar
        line = ceil(melody.length / bar - EPSILON) * bar
        span = (line, line + settings.extension * bar)
    changes_melody = any(t != ACCOMPANY for t in (first, *(step.technique for step in then)))
    return GenerateRequest(
        **_common(current, melody, span),
        then=then,
        extension=settings.extension if then else None,
        is_whole=changes_melody,
    )


def part(
    current: CurrentSettings,
    melody: Clip,
    span: Span,
    context: tuple[Track, ...] = (),
    heard: float | None = None,
) -> GenerateRequest:
    """Ask for these beats alone; from the beat `heard` on the melody is only guessed."""
    draft = GenerateRequest(**_common(current, melody, span), then=current.then, context=context)
    if heard is None:
        return draft
    return replace(draft, controls={**draft.controls, HEARD: heard})


def filling(
    current: CurrentSettings, melody: Clip, span: Span, context: tuple[Track, ...] = ()
) -> GenerateRequest:
    """Ask the first model to fill these beats, between what there is before and after them.

    Those after it in a chain go on with these beats alone; none extends what has an end.
    ValueError if they are no beats of the phrase.
    """
    begin, end = span
    if not 0 <= begin < end <= melody.length + EPSILON:
        raise ValueError(
            f"fill takes beats of the phrase, from 0 to {melody.length:g}: got {begin:g} to {end:g}"
        )
    end = min(end, melody.length)
    common = _common(current, melody, (begin, end))
    then = tuple(step for step in current.then if step.technique != EXTEND)
    return GenerateRequest(**common, context=context, then=then, is_whole=True)


def _common(current: CurrentSettings, melody: Clip, span: Span) -> dict[str, Any]:
    return {
        "request_id": "",
        "model": current.settings.model,
        "technique": current.technique,
        "melody": melody,
        "begin": span[0],
        "length": span[1] - span[0],
        "meter": current.settings.meter,
        "bpm": current.settings.bpm,
        "seed": 0,
        "controls": current.controls,
    }


def reach(request: GenerateRequest) -> float:
    """The beat up to which chords lead: to the end of what the models make."""
    last = max(request.melody.length, request.end)
    if EXTEND not in request.techniques[1:]:
        return last
    return max(last, request.end + (request.extension or 0) * request.meter.beats_per_bar)


def is_same(request: GenerateRequest, draft: GenerateRequest) -> bool:
    """Tell whether a request asks for this very thing."""
    return replace(request, request_id="", bpm=draft.bpm, seed=0, lane="") == draft
