"""To which pages a report goes, and as what messages."""

from typing import Any

from bridge.api.address import PREFIX
from bridge.api.messages import is_for_script, is_told, messages
from bridge.reports import (
    LineReport,
    NoticeReport,
    PhraseReport,
    PlanReport,
    Reply,
    Report,
    SoundNews,
    StatusReport,
)
from bridge.studio.picture import Message, Picture, as_messages
from bridge.studio.visitor import Visitor

PICTURE = "picture"
# Answers that concern whoever asked; what is set concerns everybody.
_FOR_ASKER = ("pong", "sounds", "model/item", "control/item", "cc/item", "input/list")

BridgeMessage = dict[str, Any]


class Teller:
    """Writes reports as messages to the server. Called from: one thread.

    `faults` is told in the status.
    """

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.faults = 0

    def message(self, report: Report, now_seconds: float) -> BridgeMessage | None:
        """Write a report that was told at this instant; None if no page hears of it."""
        if isinstance(report, SoundNews):
            return _sound(report)
        if not is_told(report) or is_for_script(report):
            return None
        to = _asker(report)
        if to is not None and not isinstance(to, Visitor):
            return None
        if isinstance(report, Reply) and report.name == "pong" and to is not None and to.is_new:
            return {"to": [to.number], "m": [*self._picture.messages(), [PICTURE]]}
        told = as_messages(list(messages(report, self.faults)))
        self._picture.take(report, told)
        message: BridgeMessage = {"now": _told_at(report, now_seconds), "m": told}
        return message if to is None else message | {"to": [to.number]}


def _sound(report: SoundNews) -> BridgeMessage | None:
    watching = report.watchers - {report.player}
    to = [watcher.number for watcher in watching if isinstance(watcher, Visitor)]
    if not to:
        return None
    message: Message = [PREFIX + report.name, *report.values]
    return {"now": report.at_seconds, "m": [message], "to": to}


def _told_at(report: Report, now_seconds: float) -> float:
    return report.at_seconds if isinstance(report, LineReport) else now_seconds


def _asker(report: Report) -> object:
    """Who alone is told; None where all are."""
    sender = getattr(report, "sender", None)
    if isinstance(sender, Visitor) and sender.is_new:
        return sender
    if isinstance(report, Reply):
        return sender if report.name in _FOR_ASKER else None
    if isinstance(report, (NoticeReport, PhraseReport, PlanReport, StatusReport)):
        return sender
    return None
