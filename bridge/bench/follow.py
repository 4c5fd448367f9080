"""What `continuo bench` measures of follow mode: one more bar, asked of a real worker."""

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

from bridge.bench.processes import await_answer, worker_of
from bridge.demo.player import Melody, melodies
from bridge.interfaces import GenerateRequest
from models.artifact.manifest import HEARD
from models.music.clip import Clip, Track
from models.music.melody_forecast import continued

ROUNDS = 4  # of the melody, until it begins anew in another key
CONTEXT_BARS = 16


def time_follow(model: str, runs: int) -> list[float]:
    """Return the seconds from request to answer of one more bar, again and again."""
    melody = melodies()[0]
    seconds: list[float] = []
    with worker_of(model) as (worker, inbox):
        while len(seconds) < runs:
            tracks: tuple[Track, ...] = ()
            for request in bars(melody, model, seed=len(seconds)):
                asked = replace(request, context=latest(tracks, request))
                began_seconds = perf_counter()
                worker.request(asked)
                answer = await_answer(inbox, asked.request_id)
                seconds.append(perf_counter() - began_seconds)
                tracks = joined(tracks, answer.tracks)
    return seconds[:runs]


def bars(melody: Melody, model: str, seed: int) -> Iterator[GenerateRequest]:
    """Ask for each bar but the first, from what was played before it and the forecast."""
    bar, length = melody.meter.beats_per_bar, melody.clip.length
    played = melody.clip.transposed(seed % 5 - 2)
    for number in range(1, ROUNDS):
        played = played.merged(played.window(0, length).shifted(number * length))
    for number in range(1, ROUNDS * melody.bars):
        begin = number * bar
        ahead = continued(played, begin, begin + bar, melody.meter)
        yield GenerateRequest(
            request_id=f"follow-{seed}-{number}",
            model=model,
            melody=ahead,
            length=bar,
            meter=melody.meter,
            bpm=melody.bpm,
            seed=seed,
            begin=begin,
            controls={HEARD: begin},
        )


def latest(tracks: tuple[Track, ...], request: GenerateRequest) -> tuple[Track, ...]:
    """Return what was accompanied in the last bars before the one that is asked for."""
    first = request.begin - CONTEXT_BARS * request.meter.beats_per_bar
    return tuple(
        replace(t, clip=Clip(tuple(n for n in t.clip.notes if n.start >= first))) for t in tracks
    )


def joined(tracks: tuple[Track, ...], more: tuple[Track, ...]) -> tuple[Track, ...]:
    """Return tracks with the notes of `more` after their own."""
    if not tracks:
        return more
    pairs = zip(tracks, more, strict=True)
    return tuple(replace(t, clip=t.clip.merged(m.clip)) for t, m in pairs)
