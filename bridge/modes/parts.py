"""The parts that play together in a mode."""

from dataclasses import dataclass

from bridge.current_settings import CurrentSettings
from bridge.notes.recorder import Recorder
from bridge.notes.scheduler import Scheduler
from bridge.settings import PlaySettings
from bridge.takes.takes import Takes
from bridge.timing.playhead import Playhead


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that play together."""

    board: CurrentSettings
    timeline: Playhead
    recorder: Recorder
    scheduler: Scheduler
    desk: Takes

    @property
    def settings(self) -> PlaySettings:
        """The settings in force."""
        return self.board.settings

    @property
    def bpm(self) -> float:
        """The tempo in force."""
        return self.timeline.transport.bpm
