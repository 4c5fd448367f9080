"""What a mode is doing, in words that are true now: for the line that the musician reads."""

from bridge.modes.parts import Parts
from bridge.modes.phrase_capture import PhraseCapture
from bridge.modes.take_slots import TakeSlots
from bridge.takes.take import Take
from models.artifact.manifest import ACCOMPANY

LISTENING = "listening: your melody is being recorded"
RECORDING_SOON = "recording begins on the next bar line"
NEXT_BAR = "on the next bar line"


def coming(parts: Parts, take: Take, when: str) -> str:
    """Say that a take is ready or on its way, and when it comes in; empty if none will come."""
    is_accompaniment = parts.current.technique == ACCOMPANY
    if take.is_armed:
        return f"ready: the {'accompaniment' if is_accompaniment else 'answer'} comes in {when}"
    if not take.is_waiting:
        return ""
    if parts.takes.loading:
        return f"{parts.takes.loading} is still loading: your phrase is answered when it is ready"
    return f"composing the {'accompaniment of' if is_accompaniment else 'answer to'} your phrase"


def requested(parts: Parts, slots: TakeSlots, capture: PhraseCapture) -> str:
    """Say what becomes of a take that was requested and has not been heard yet; empty: none is."""
    waiting = slots.waiting
    if waiting is None or capture.will_record or _closes(parts, capture):
        return ""
    if parts.playhead.runs_grid or slots.active is not None or slots.is_owed:
        return coming(parts, waiting.take, NEXT_BAR)
    if capture.has_notes:
        return ""  # that phrase is answered
    return coming(parts, waiting.take, "when the transport is started")


def _closes(parts: Parts, capture: PhraseCapture) -> bool:
    """Whether the phrase that is being played ends on the next bar line."""
    phrase, point = capture.phrase, parts.playhead.next_point
    if phrase is None or point is None or not capture.has_notes:
        return False
    return point > phrase.end - parts.bar


def listening(parts: Parts, capture: PhraseCapture) -> str:
    """Say what becomes of the phrase that is being played; empty: none is."""
    if not capture.has_notes:
        return "recording: play your phrase" if capture.phrase is not None else ""
    take = capture.take
    return (coming(parts, take, "when your phrase ends") if take else "") or LISTENING
