"""The command for sections, and what becomes of them as the song goes on."""

from collections.abc import Mapping

from bridge.engine.command_values import Handler
from bridge.engine.performance import Performance
from bridge.events import Command, Sender
from bridge.modes.sections import (
    BREAK,
    ENDING,
    ENDING_BARS,
    FILL,
    INTRO,
    SECTIONS,
    VARIATIONS,
    Insert,
    Sections,
)
from models.music.tempo import EPSILON

_FOR_EVERY_MODEL = (BREAK, ENDING)
_SHORTEST_FILL = 0.5  # beats: with less left of the bar, the next one has it


class SectionCommands:
    """Chooses sections: they come on bar lines, a fill at once. Called from: the engine thread.

    A model that has none can still be given a break, in which it is silent after the first beat of
    the bar, and an ending: its own cadence.
    """

    def __init__(self, play: Performance) -> None:
        self._play = play
        self._silenced: Insert | None = None
        self._changes = 0  # of the playhead: starts, stops and jumps
        self._follows_intro = False
        self.handlers: Mapping[str, Handler] = {"section": self._section}

    @property
    def _sections(self) -> Sections:
        return self._play.parts.sections

    def _section(self, command: Command, now_seconds: float) -> None:
        name = str(command.values[0]).strip().casefold() if command.values else ""
        if name:
            self._check(name)
            self._choose(name, now_seconds)
        self._tell(command.sender)

    def _check(self, name: str) -> None:
        model, there = self._play.current.settings.model, self._play.current.sections
        if name not in (*SECTIONS, *there):
            raise ValueError(f"section must be one of {', '.join(SECTIONS)}, got {name[:40]!r}")
        if name in there or name in _FOR_EVERY_MODEL:
            return
        if there:
            raise ValueError(f"{model} has no section {name}; it has {', '.join(there)}")
        raise ValueError(f"{model} has no sections: only break and ending work with it")

    def _choose(self, name: str, now_seconds: float) -> None:
        self._keep_up()
        self._follows_intro = False
        play, sections = self._play, self._sections
        beat, transport = play.beat_at(now_seconds), play.parts.playhead.transport
        lookahead = play.parts.latency.least_lookahead_seconds * play.parts.bpm / 60
        line = transport.next_bar_line(beat + lookahead / 2)
        if name in (FILL, BREAK, ENDING):
            if not transport.playing:
                raise ValueError(f"nothing plays that could have a {name}: play first")
            sections.insert = self._insert(name, beat, line)
        elif transport.playing:
            sections.coming = (name, line)
            if sections.insert is not None and sections.insert.begin > beat:
                sections.insert = None
        else:
            sections.in_force, sections.coming = name, None
        play.current.section = sections.latest
        play.mode.section_changed(beat)

    def _insert(self, name: str, beat: float, line: float) -> Insert:
        transport, bar = self._play.parts.playhead.transport, self._play.parts.bar
        is_made = name in self._play.current.sections
        if name == FILL and line - beat >= _SHORTEST_FILL:
            return Insert(name, beat, transport.next_bar_line(beat), is_made)
        bars = ENDING_BARS if name == ENDING else 1
        return Insert(name, line, line + bars * bar, is_made)

    def pass_point(self, beat: float, now_seconds: float) -> None:
        """Let what is due come into force on this point of the grid, and tell it."""
        self._keep_up()
        if self._sections.pass_point(beat):
            self._tell()
        self._leave_intro(beat)
        self._silence_break(beat, now_seconds)

    def _leave_intro(self, beat: float) -> None:
        """Let A follow an intro that has been played for as many bars as a phrase has."""
        sections, play = self._sections, self._play
        is_new = sections.in_force == INTRO and sections.coming is None
        if is_new and play.mode.state == "playing" and VARIATIONS[0] in play.current.sections:
            line = play.parts.playhead.transport.bar_line(beat)
            sections.coming = (VARIATIONS[0], line + play.parts.settings.length)
            self._follows_intro = True
        coming = sections.coming
        if self._follows_intro and coming and beat >= coming[1] - play.parts.bar - EPSILON:
            self._follows_intro = False
            play.current.section = sections.latest
            play.mode.section_changed(beat)

    def _keep_up(self) -> None:
        """Count what comes as in force if the song has stopped, or is elsewhere."""
        changes = self._play.parts.playhead.changes
        if changes != self._changes:
            self._changes = changes
            before = (self._sections.coming, self._sections.insert)
            self._sections.settle()
            self._play.output.mixer.gap = None
            if any(before):
                self._tell()

    def _silence_break(self, beat: float, now_seconds: float) -> None:
        """Leave only the first beat of a bar of a band that has no break of its own."""
        insert, output = self._sections.insert, self._play.output
        if insert is None or insert.name != BREAK or insert.is_made:
            return
        output.mixer.gap = (insert.begin + _SHORTEST_FILL / 2, insert.end - EPSILON)
        if beat >= insert.begin + 1.0 - EPSILON and self._silenced is not insert:
            self._silenced = insert
            channels = self._play.parts.scheduler.names
            output.silence(list(channels), self._play.moment(now_seconds))

    def _tell(self, sender: Sender = None) -> None:
        sections = self._sections
        coming = sections.coming[0] if sections.coming else ""
        insert = sections.insert.name if sections.insert else ""
        self._play.reply("section", sections.in_force, insert or coming, sender=sender)
