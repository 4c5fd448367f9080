"""The instruments of the tracks: told, and chosen while they sound, by whichever address asks."""

from bridge.engine.performance import Performance
from bridge.notes.scheduler import MELODY
from models.suggestions import near_names


class TrackPrograms:
    """The General MIDI program of each track by its name; `melody` is the player's own.

    Called from: the engine thread.
    """

    def __init__(self, play: Performance) -> None:
        self._play = play

    def all(self) -> dict[str, int | None]:
        """Give the program of each track, the player's own first; None: none is sent."""
        play, melody = self._play, self._play.current.settings.channels.thru
        own = play.parts.scheduler.programs.get(melody)
        tracks = play.parts.keeping.empty_tracks()
        return {MELODY: own} | {track.name: track.program for track in tracks}

    def find(self, name: str) -> str:
        """Give a track's name as it is written, however it was asked for; ValueError if none."""
        wanted, there = name.strip().casefold(), list(self.all())
        found = next((track for track in there if track.casefold() == wanted), None)
        if found is None:
            raise ValueError(f"no track is called {name[:40]!r}; {near_names(wanted, there)}")
        return found

    def choose(self, track: str, program: int, now_seconds: float) -> None:
        """Have a track heard by another program, at once and in its takes from now on.

        ValueError where programs are not sent.
        """
        play, current = self._play, self._play.current
        if not current.settings.sends_programs:
            raise ValueError("programs are not sent: start without --no-programs")
        scheduler = play.parts.scheduler
        if track == MELODY:
            scheduler.programs[current.settings.channels.thru] = program
        else:
            current.change(programs={**current.settings.programs, track.casefold(): program})
            scheduler.chosen = current.settings.programs
            tracks = play.parts.keeping.empty_tracks()
            scheduler.assign(t for t in tracks if t.name == track)
        play.output.announce_programs(play.moment(now_seconds))
