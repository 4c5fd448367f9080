"""What a bar in mode follow costs: the processor's time of artifacts, in turn on the same bars.

    python tests/rigs/follow_cost.py FIRST.ts SECOND.ts ... [--rounds 4]

Prints for each the median in ms, with the names of its chords, and the median of its ratio to the
first, bar by bar: on a busy machine the ratio holds still where the times do not.
"""

import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import thread_time

import torch

from bridge.bench.follow import bars, joined, latest
from bridge.demo.player import melodies
from bridge.inference.perform import perform
from bridge.interfaces import GenerateRequest
from models.artifact.torchscript import LoadedGenerator, load
from models.music.clip import Track

_WARM_UP = 6  # bars


def main() -> None:
    """Read the arguments, ask, print."""
    parser = ArgumentParser()
    parser.add_argument("artifacts", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=4)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    generators = [load(path, patient=False) for path in chosen.artifacts]
    requests = _requests(generators[0])
    for request in requests[:_WARM_UP]:
        for generator in generators:
            perform([generator], request)
    costs: list[list[float]] = [[] for _ in generators]
    for request in requests[_WARM_UP:] * chosen.rounds:
        for generator, milliseconds in zip(generators, costs, strict=True):
            began_seconds = thread_time()
            perform([generator], request)
            milliseconds.append((thread_time() - began_seconds) * 1e3)
    for path, own in zip(chosen.artifacts, costs, strict=True):
        ratio = median(b / a for a, b in zip(costs[0], own, strict=True))
        sys.stdout.write(f"{path}: {median(own):.1f} ms, {ratio:.2f} times the first\n")


def _requests(generator: LoadedGenerator) -> list[GenerateRequest]:
    """Ask for the bars of a tune, each after what was answered before."""
    out: list[GenerateRequest] = []
    tracks: tuple[Track, ...] = ()
    for request in bars(melodies()[0], generator.manifest.name, seed=0):
        out.append(replace(request, context=latest(tracks, request)))
        tracks = joined(tracks, perform([generator], out[-1]).tracks)
    return out


if __name__ == "__main__":
    main()
