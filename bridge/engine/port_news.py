"""What becomes of the music when MIDI ports go, come back, or are exchanged."""

from bridge.engine.keyboard_helpers import KeyboardHelpers
from bridge.engine.left_hand import LeftHand
from bridge.engine.midi_map import MidiMap
from bridge.engine.performance import Performance
from bridge.events import PortChanged
from bridge.notes.midi_output import Moment


class PortNews:
    """Releases what a port that is gone held. Called from: the engine thread."""

    def __init__(
        self,
        play: Performance,
        left_hand: LeftHand,
        helpers: KeyboardHelpers,
        midi_map: MidiMap,
    ) -> None:
        self._play, self._midi_map = play, midi_map
        self._left_hand, self._helpers = left_hand, helpers
        self.gone: dict[str, str] = {}  # ports that were lost, and what to say of them

    def changed(self, event: PortChanged, now_seconds: float) -> None:
        """Take in what happened to a port, or to all of them."""
        play, moment = self._play, self._play.moment(now_seconds)
        detail = f": {event.detail}" if event.detail else ""
        match event.state:
            case "lost":
                self._lose_keys()
                play.output.lose()
                play.mode.lose_player(moment.position)
                play.notice("warning", f"MIDI is gone{detail}")
                self.gone = {"": "MIDI is gone"}
            case "back":
                play.output.regain(moment)
                play.notice("info", f"MIDI is back{detail}")
                self.gone = {}
            case "input lost":
                self._lose_keys()
                play.output.release_player(moment)
                play.mode.lose_player(moment.position)
                play.notice("warning", f"{event.detail} is gone: plug it in again")
                self.gone[event.detail] = f"{event.detail} is gone"
            case "input left":
                self.gone.pop(event.detail, None)
                self._release(moment)
            case "source lost" if play.output.player_holds or self._helpers.is_played:
                self._release(moment)
                play.notice("info", f"{event.detail} is gone: its keys are released")
            case "input back":
                play.notice("info", f"{event.detail} is back")
                self.gone.pop(event.detail, None)

    def _release(self, moment: Moment) -> None:
        self._play.output.release_player(moment)
        self._play.parts.recorder.release_all(moment.position)
        self._release_hands()

    def _lose_keys(self) -> None:
        self._midi_map.lose()
        self._release_hands()

    def _release_hands(self) -> None:
        self._left_hand.release_all()
        self._helpers.forget()
