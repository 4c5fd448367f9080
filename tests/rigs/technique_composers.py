"""Composers for the engine's tests that edit, extend and accompany, by the real techniques."""

import numpy as np
from simulated_player import composer, play
from technique_fakes import EDITOR, MELODIST, Quarters, RaisesLowNotes

from bridge.inference.perform import perform
from models.artifact.manifest import Manifest, TrackSpec

BASSIST = Manifest("bassist", "A bassist", "accompany", (TrackSpec("Bass", "bass", 32, 1),))
MODELS = (EDITOR, MELODIST, BASSIST)


class WholeNotes:
    """An accompanist that holds a note of the first melody pitch, two octaves down, in each bar."""

    manifest = BASSIST

    def generate(self, rows, begin, end, controls, seed):
        bar = controls["beats_per_bar"]
        melody = rows[rows[:, 0] == 0]
        pitch = melody[0, 3] - 24 if len(melody) else 36
        out = [(1, beat, min(bar, end - beat), pitch, 70) for beat in np.arange(begin, end, bar)]
        return np.array(out, np.float32).reshape(-1, 5)


GENERATORS = {"mender": RaisesLowNotes(), "more": Quarters(), "bassist": WholeNotes()}


def answering(request):
    """Do with a request what the worker does."""
    names = (request.model, *(step.model for step in request.then))
    return perform([GENERATORS[name] for name in names], request)


def perform_with(model, events, until, *latencies_seconds, its_composer=None, **given):
    """Play the events with these models and a composer that knows them."""
    its_composer = its_composer or composer(*latencies_seconds, answering=answering)
    run = play(events, until, its_composer, models=MODELS, model=model, **given)
    run.requests = its_composer.requests
    return run
