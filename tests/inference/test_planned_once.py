"""The chord names that come with an answer of `bach` cost no second plan."""

from dataclasses import replace
from itertools import islice

import pytest

from bridge.bench.follow import bars, joined, latest
from bridge.demo.player import melodies
from bridge.inference.perform import perform
from models.artifact.catalogue import find
from models.artifact.manifest import HEARD
from models.artifact.torchscript import load

MELODY = melodies()[0]


class Counted:
    """A module that knows how often it was asked for a plan alone."""

    def __init__(self, module):
        self.module, self.plans = module, 0

    def __getattr__(self, name):
        return getattr(self.module, name)

    def plan(self, *call):
        self.plans += 1
        return self.module.plan(*call)


@pytest.fixture(scope="module")
def bach():
    generator = load(find("bach").path, probe=False)
    generator._module = Counted(generator._module)
    return generator


def asked():
    return list(islice(bars(MELODY, "bach", seed=1), 6))


def test_bars_of_mode_follow(bach):
    tracks = ()
    for request in asked():
        answer = perform([bach], replace(request, context=latest(tracks, request)))
        assert answer.harmony.chords, "the chords are told"
        tracks = joined(tracks, answer.tracks)
    assert bach._module.plans == 0


def test_a_whole_piece_with_its_ending(bach):
    request = replace(asked()[-1], melody=MELODY.clip, begin=0.0, length=MELODY.clip.length)
    controls = {name: v for name, v in request.controls.items() if name != HEARD}
    assert perform([bach], replace(request, controls=controls)).harmony.chords
    assert bach._module.plans == 0


def test_the_names_are_those_of_a_plan_that_is_made_for_them_alone(bach):
    request = asked()[3]
    told = perform([bach], request).harmony
    fresh = load(find("bach").path, probe=False)
    fresh._plans.keep = lambda *_: None
    assert perform([fresh], request).harmony == told
