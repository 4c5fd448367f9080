"""What plays together: settings, playhead, recorder, scheduler, takes."""

from dataclasses import dataclass, field

from bridge.current_settings import CurrentSettings
from bridge.modes.sections import Sections
from bridge.notes.recorder import Recorder
from bridge.notes.scheduler import Scheduler
from bridge.reports import Listener, NoticeReport
from bridge.settings import PlaySettings
from bridge.takes.chord_lead import LedChord
from bridge.takes.latency import Latency
from bridge.takes.shown_harmony import ShownHarmony
from bridge.takes.take_keeping import TakeKeeping
from bridge.takes.takes import Takes
from bridge.timing.playhead import Playhead
from models.music.clip import Clip


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that play together."""

    current: CurrentSettings
    playhead: Playhead
    recorder: Recorder
    scheduler: Scheduler
    takes: Takes
    keeping: TakeKeeping
    latency: Latency
    listener: Listener
    shown: ShownHarmony
    sections: Sections = field(default_factory=Sections)

    def leading(self, begin: float, length: float, *, on_beat: bool = False) -> Clip | None:
        """Give the chords that lead from the song's beat `begin` on, if the model hears them.

        `on_beat`: what leads now does so from its beat on, as `ChordLead.clip` says.
        """
        if not self.current.hears_chords or not self.takes.lead.is_leading:
            return None
        return self.takes.lead.clip(self.playhead.transport, begin, length, on_beat=on_beat)

    def leading_chord(self, beat: float) -> LedChord | None:
        """Give the chord that leads at this beat; None: the melody does."""
        if not self.current.hears_chords or not self.takes.lead.is_leading:
            return None
        return self.takes.lead.chord_at(self.playhead.transport, beat)

    @property
    def settings(self) -> PlaySettings:
        """The settings in force."""
        return self.current.settings

    @property
    def bpm(self) -> float:
        """The tempo in force."""
        return self.playhead.transport.bpm

    @property
    def bar(self) -> float:
        """Beats in a bar."""
        return self.settings.meter.beats_per_bar

    @property
    def sounding_state(self) -> str:
        """The state while something sounds, or would if the outside clock ran."""
        stands = self.playhead.follows_clock and not self.playhead.playing
        return "armed" if stands else "playing"

    def notice(self, kind: str, text: str) -> None:
        """Tell the musician a sentence; `kind` is info, warning or error."""
        self.listener(NoticeReport(kind, text))

    def rest(self, beat: float) -> None:
        """Wait for a note in silence, unless the bar lines run by themselves."""
        if not self.playhead.runs_grid:
            self.scheduler.cut(beat)
            self.playhead.stop(beat)

    def stop(self, beat: float) -> None:
        """Forget what was played, sound nothing more, and stop unless an outside clock runs."""
        self.recorder.release_all(beat)
        self.recorder.forget(float("inf"))
        self.scheduler.cut(beat)
        if not self.playhead.follows_clock:
            self.playhead.stop(beat)
