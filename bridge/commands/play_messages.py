"""The sentences of `continuo play` at its beginning and its end."""

from collections.abc import Sequence
from pathlib import Path

from bridge.notes.midi_output import Lateness
from bridge.settings import CLOCK_NAMES, PlaySettings
from models.artifact.manifest import ACCOMPANY, EDIT, EXTEND, Manifest

_UNDER_YOU = {
    ACCOMPANY: "the accompaniment plays under you from the second bar on.",
    EXTEND: "where you stop it goes on, until you play again.",
}
_DONE = {ACCOMPANY: "accompanied", EDIT: "edited", EXTEND: "extended"}


def opening(
    settings: PlaySettings, chain: Sequence[Manifest], takes: Path, what: str = ""
) -> list[str]:
    """Say which models play, what to do or will happen, where takes go."""
    first = chain[0].technique
    return [
        f"Model: {', then '.join(_about(manifest) for manifest in chain)}",
        f"Tempo: {_tempo(settings)}, {settings.meter}",
        f"Takes: {takes}",
        f"{what or what_to_do(settings, first)} Ctrl-C ends.",
    ]


def _about(manifest: Manifest) -> str:
    if manifest.technique != ACCOMPANY:
        return f"{manifest.name} ({manifest.title})"
    tracks = ", ".join(track.name.lower() for track in manifest.tracks)
    return f"{manifest.name} ({manifest.style}: {tracks})"


def _tempo(settings: PlaySettings) -> str:
    if settings.clock == "internal":
        return f"{settings.bpm:g} bpm"
    return CLOCK_NAMES[settings.clock]


def what_to_do(settings: PlaySettings, technique: str = ACCOMPANY) -> str:
    """Tell the musician what to play and what comes back."""
    bars = _count(settings.bars, "bar")
    if settings.pickup:
        bars += f" with a pick-up of {_count(settings.pickup, 'beat')} (in bar 0)"
    begin = _begin(settings, bars)
    if settings.mode == "follow":
        begin = begin.removesuffix(f" {bars}") if begin.endswith(bars) else begin
        return f"{begin}; {_UNDER_YOU[technique]}"
    if settings.clock != "internal" or (settings.runs_grid and not settings.counts_in):
        entry = f"{_count(settings.bars, 'bar')} after the bar line on which you began"
    else:
        entry = f"on bar {settings.bars + 1}"
    if settings.mode == "loop":
        return f"{begin}; {entry} they begin to go round, {_DONE[technique]}."
    if technique == EXTEND:
        return f"{begin}; {entry} it goes on without you, until you play again."
    return f"{begin}; {_answer(settings, technique)} {entry}."


def _begin(settings: PlaySettings, bars: str) -> str:
    if settings.clock != "internal":
        return f"When {CLOCK_NAMES[settings.clock]} runs, play {bars}"
    if settings.counts_in:
        is_one = settings.count_in_bars == 1
        counted = "one bar is" if is_one else f"{settings.count_in_bars} bars are"
        return f"Press any key: {counted} counted in, then play {bars}"
    if settings.runs_grid:
        return f"The bar lines run: play {bars}"
    return f"Play {bars}"


def _answer(settings: PlaySettings, technique: str) -> str:
    if technique == EDIT:
        return "you hear them again, edited,"
    return "you hear them again, accompanied," if settings.echo else "the accompaniment comes in"


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
