"""What `continuo bench` measures of a model that extends: first bars, and those after them."""

from dataclasses import dataclass
from time import perf_counter

from bridge.bench.processes import await_answer, worker_of
from bridge.demo.player import melodies
from bridge.interfaces import GenerateRequest
from models.artifact.manifest import EXTEND
from models.music.clip import Clip

PHRASE_BARS, MORE_BARS = 4, 7


@dataclass(frozen=True, slots=True)
class Extended:
    """Seconds from request to answer in the bridge: of first bars, and of those that follow."""

    first_seconds: list[float]
    next_seconds: list[float]


def time_extension(model: str, runs: int) -> Extended:
    """Have four bars go on for eight, bar by bar, in several keys and by several seeds."""
    melody = melodies()[0]
    bar = melody.meter.beats_per_bar
    phrase = melody.clip.window(0.0, PHRASE_BARS * bar)
    first: list[float] = []
    following: list[float] = []
    with worker_of(model) as (worker, inbox):
        for run in range(runs):
            heard = phrase.transposed(run % 5 - 2)
            for number in range(1 + MORE_BARS):
                begin = (PHRASE_BARS + number) * bar
                request = GenerateRequest(
                    request_id=f"extend-{run}-{number}",
                    model=model,
                    melody=Clip(heard.notes, begin),
                    length=bar,
                    meter=melody.meter,
                    bpm=melody.bpm,
                    seed=run,
                    begin=begin,
                    technique=EXTEND,
                )
                began_seconds = perf_counter()
                worker.request(request)
                answer = await_answer(inbox, request.request_id)
                (following if number else first).append(perf_counter() - began_seconds)
                heard = heard.merged(answer.melody or Clip())
    return Extended(first, following)
