"""A client that sends commands by OSC or from a button, and what it is answered."""

from dataclasses import replace

from manifests import GOOD
from simulated_player import BEAT, MODEL, composer, reports, settings

from bridge.events import Command
from bridge.offline import run_offline
from bridge.reports import NoticeReport, Reply, StatusReport, TakeReport
from models.artifact.manifest import ControlSpec
from models.music.clip import Clip, Note

THRU, BASS = 0, 1
SENDER = ("127.0.0.1", 5000)
TUNE = Clip((Note(0.0, 1.0, 60), Note(1.0, 1.0, 62), Note(2.0, 2.0, 64)), 4.0)
KNOBS = (
    ControlSpec("temperature", "Surprise", 0, 2, 1),
    ControlSpec("movement", "Movement", -3, 3, 0),
)
MODELS = (
    replace(GOOD, name=MODEL, controls=KNOBS),
    replace(GOOD, name="other", style="folk", controls=KNOBS[:1]),
    replace(GOOD, name="editor", technique="edit"),
)


def ask(beat: float, name: str, *values, address: str = "") -> Command:
    return Command(beat * BEAT, name, values, SENDER, address or f"/continuo/{name}")


def perform(*events, until=40.0, its_composer=None, **given):
    its_composer = its_composer or composer()
    given = {"model": MODEL, **given}
    run = run_offline(settings(**given), events, its_composer, until * BEAT, manifests=MODELS)
    run.requests = its_composer.requests
    return run


def sent(*more, tune=TUNE, at=0.0):
    return (ask(at, "melody/end", "tune", tune), *more)


def told(run, name):
    return [r.values for r in reports(run, Reply) if r.name == name]


def status(run):
    """The only status told."""
    (report,) = reports(run, StatusReport)
    return report


def errors(run):
    return [r for r in reports(run, NoticeReport) if r.kind == "error"]


def takes(run):
    return [(r.take_id, r.take.provenance["seed"]) for r in reports(run, TakeReport)]
