"""One line that says what Continuo is doing now, and that is true."""

from collections.abc import Mapping

from bridge.engine.demo_words import said_of_the_demo
from bridge.engine.performance import Performance
from bridge.modes.parts import Parts
from bridge.settings import CLOCK_NAMES


def status_line(play: Performance, gone: Mapping[str, str]) -> str:
    """Say what is being done or waited for; `gone` are sentences about ports that were lost."""
    parts, words = play.parts, play.mode.situation
    playhead, clock = parts.playhead, CLOCK_NAMES[play.source]
    if playhead.follows_clock and not playhead.playing:
        words = f"waiting for {clock} to run" + (f"; then: {words}" if words else "")
    if not words:
        words = _idle(parts)
        if parts.takes.loading:
            words += f"; {parts.takes.loading} is still loading"
    if parts.settings.is_demo:
        words = said_of_the_demo(words)
    return "; ".join((words, *_sections(parts), *_chord_keys(parts), *gone.values()))


def _sections(parts: Parts) -> list[str]:
    sections = parts.sections
    if not parts.playhead.playing:
        return [f"section {sections.latest}"] if sections.latest else []
    name = sections.insert.name if sections.insert else sections.latest
    if not name:
        return []
    is_coming = sections.insert is None and sections.coming is not None
    return [f"section {name}" + (" from the next bar line on" if is_coming else "")]


def _chord_keys(parts: Parts) -> list[str]:
    keys, lead = parts.settings.chord_keys, parts.takes.lead
    if not keys:
        return []
    return [f"{keys} are chords" + (f": {lead.name} leads" if lead.name else "")]


def _idle(parts: Parts) -> str:
    playhead, bars = parts.playhead, parts.settings.count_in_bars
    if playhead.is_counting_in:
        return "counting in"
    if playhead.playing:
        return "the bar lines run: play"
    if playhead.counts_in:
        counted = "a bar is" if bars == 1 else f"{bars} bars are"
        return f"waiting for you: press a key, and {counted} counted in"
    return "waiting for you to play"
