"""The sentences of `continuo play` at its beginning and its end."""

from pathlib import Path

from bridge.notes.midi_output import Lateness
from bridge.settings import CLOCK_NAMES, PlaySettings
from models.artifact.manifest import Manifest


def opening(settings: PlaySettings, manifest: Manifest, takes: Path, what: str = "") -> list[str]:
    """Say which model plays, what to do or will happen, where takes go."""
    tracks = ", ".join(track.name.lower() for track in manifest.tracks)
    return [
        f"Model: {manifest.name} ({manifest.style}: {tracks})",
        f"Tempo: {_tempo(settings)}, {settings.meter}",
        f"Takes: {takes}",
        f"{what or what_to_do(settings)} Ctrl-C ends.",
    ]


def _tempo(settings: PlaySettings) -> str:
    if settings.clock == "internal":
        return f"{settings.bpm:g} bpm"
    return CLOCK_NAMES[settings.clock]


def what_to_do(settings: PlaySettings) -> str:
    """Tell the musician what to play and what comes back."""
    bars = _count(settings.bars, "bar")
    if settings.pickup:
        bars += f" with a pick-up of {_count(settings.pickup, 'beat')} (in bar 0)"
    if settings.clock != "internal":
        begin = f"When {CLOCK_NAMES[settings.clock]} runs, play {bars}"
    elif settings.counts_in:
        is_one = settings.count_in_bars == 1
        counted = "one bar is" if is_one else f"{settings.count_in_bars} bars are"
        begin = f"Press any key: {counted} counted in, then play {bars}"
    elif settings.runs_grid:
        begin = f"The bar lines run: play {bars}"
    else:
        begin = f"Play {bars}"
    if settings.mode == "follow":
        begin = begin.removesuffix(f" {bars}") if begin.endswith(bars) else begin
        return f"{begin}; the accompaniment plays under you from the second bar on."
    if settings.clock != "internal" or (settings.runs_grid and not settings.counts_in):
        entry = f"{_count(settings.bars, 'bar')} after the bar line on which you began"
    else:
        entry = f"on bar {settings.bars + 1}"
    if settings.mode == "loop":
        return f"{begin}; {entry} they begin to go round, accompanied."
    what = "you hear them again, accompanied," if settings.echo else "the accompaniment comes in"
    return f"{begin}; {what} {entry}."


def _count(count: float, thing: str) -> str:
    return f"{count:g} {thing}{'s' if count != 1 else ''}"


def ending(lateness: Lateness, has_ended: bool) -> list[str]:
    """Say how punctual it was, and whether it could end as it should."""
    lines = [] if has_ended else ["the MIDI system takes nothing more; ended without it"]
    if not lateness.sent:
        return lines
    text = f"{lateness.sent:,} messages sent, {lateness.late:,} more than 3 ms late"
    if lateness.late:
        text += f" (at worst {lateness.worst_ms:.1f} ms)"
    if lateness.dropped:
        text += f", {lateness.dropped:,} notes left out"
    return [*lines, text]
