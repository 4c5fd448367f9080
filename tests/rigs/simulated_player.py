"""A player, a composer and ears for the engine's tests, on a simulated clock."""

import mido

from bridge.events import Command, Event, MidiIn
from bridge.offline import OfflineRun, ScriptedComposer, run_offline
from bridge.reports import NoticeReport, SoundReport
from bridge.settings import PlaySettings
from models.artifact.manifest import Manifest
from models.music.clip import Clip, Note, Track

BPM = 120.0
BEAT = 60 / BPM
MODEL = "bass"


def settings(**given) -> PlaySettings:
    return PlaySettings(**{"model": MODEL, "bpm": BPM, "bars": 1, **given})


def on(beat: float, pitch: int, velocity: int = 80, channel: int = 0) -> MidiIn:
    message = mido.Message("note_on", note=pitch, velocity=velocity, channel=channel)
    return MidiIn(beat * BEAT, message)


def off(beat: float, pitch: int, channel: int = 0) -> MidiIn:
    return MidiIn(beat * BEAT, mido.Message("note_off", note=pitch, channel=channel))


def control(beat: float, number: int, value: int) -> MidiIn:
    return MidiIn(beat * BEAT, mido.Message("control_change", control=number, value=value))


def program(beat: float, number: int) -> MidiIn:
    return MidiIn(beat * BEAT, mido.Message("program_change", program=number))


def command(beat: float, name: str, *values: float | str) -> Command:
    return Command(beat * BEAT, name, values)


def played(*notes: tuple[float, float, int]) -> list[Event]:
    """Notes as (start, end, pitch), with keys struck and released."""
    return [edge for start, end, pitch in notes for edge in (on(start, pitch), off(end, pitch))]


def whole_bars(request) -> tuple[Track, ...]:
    """One bass note a bar, on the bar line; its pitch tells the seed, its length the bar."""
    bar = request.meter.beats_per_bar
    count = round(request.length / bar)
    notes = tuple(Note(i * bar, bar, 36 + request.seed % 12, 70) for i in range(count))
    return (Track("bass", Clip(notes, request.length), "bass", 32, 5),)


def composer(*latencies_seconds: float | None, answering=whole_bars) -> ScriptedComposer:
    return ScriptedComposer(answering, latencies_seconds or (0.05,))


def play(events, until: float, its_composer=None, stalls=(), models=(), **given) -> OfflineRun:
    """Run the engine until the beat `until`, counted at 120 bpm from the start."""
    there = [m if isinstance(m, Manifest) else Manifest(m, m.title(), "accompany") for m in models]
    its_composer = its_composer or composer()
    return run_offline(settings(**given), events, its_composer, until * BEAT, stalls, there)


def edges(run: OfflineRun, *channels: int) -> list[tuple[float, str, int]]:
    """Note edges as (beat, "on" or "off", pitch) on these channels (all, if none is named)."""
    return [
        (beat, message.type.removeprefix("note_"), message.note)
        for beat, message in run.heard
        if message.type.startswith("note_") and (not channels or message.channel in channels)
    ]


def ons(run: OfflineRun, *channels: int) -> list[tuple[float, int]]:
    return [(beat, pitch) for beat, kind, pitch in edges(run, *channels) if kind == "on"]


def reports(run: OfflineRun, kind: type) -> list:
    return [report for report in run.reports if isinstance(report, kind)]


def assert_every_note_is_released(run: OfflineRun) -> None:
    """Strikes and releases of a key take turns; a lost port takes its notes with it."""
    sounding = set()
    for report in run.reports:
        if isinstance(report, NoticeReport) and report.text.startswith("MIDI is gone"):
            sounding.clear()
        if not isinstance(report, SoundReport) or not report.message.type.startswith("note_"):
            continue
        key = (report.message.channel, report.message.note)
        if report.message.type == "note_on":
            assert key not in sounding, f"{key} struck twice, again at beat {report.position}"
            sounding.add(key)
        else:
            assert key in sounding, f"{key} released without a strike at {report.position}"
            sounding.remove(key)
    assert not sounding
