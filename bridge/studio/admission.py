"""What of a page's frames is let in: read, held against the table, no more than is good."""

import json
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NamedTuple

from bridge.api.address import PREFIX
from bridge.api.addresses import INCOMING
from bridge.api.help import help_items
from bridge.api.phrase_assembly import PhraseAssembly
from bridge.api.validation import MessageError, UnknownAddressError, ValidMessage, check
from bridge.osc.admission import ASKED_AT_ONCE, ASKED_PER_SECOND, ERRORS_AT_ONCE, ERRORS_PER_SECOND
from bridge.osc.rate_limit import RateLimit
from models.formats.track_json import clip_to_rows

MOST_IN_A_FRAME = 4_096
LONGEST_AGO_MS = 500.0
_SHOWN = 80
_PATHS = {address.path for address in INCOMING}
_BY_ITSELF = ("subscribe", "unsubscribe")  # a page is told everything as it is

BridgeMessage = dict[str, Any]  # to the bridge
Answer = list[object]  # to the page


class Admitted(NamedTuple):
    """What comes of a frame: messages for the bridge, answers for the page, how many faults."""

    messages: list[BridgeMessage]
    answers: list[Answer]
    faults: int


@dataclass
class Page:
    """How much a page may do, and what it has begun."""

    number: int
    work: RateLimit = field(default_factory=lambda: RateLimit(ASKED_AT_ONCE, ASKED_PER_SECOND))
    complaints: RateLimit = field(
        default_factory=lambda: RateLimit(ERRORS_AT_ONCE, ERRORS_PER_SECOND)
    )
    phrases: PhraseAssembly = field(default_factory=PhraseAssembly)

    def take(self, text: str, now_seconds: float) -> Admitted:
        """Read a frame that came now: what is wrong in it is answered, the rest is passed on."""
        admitted = Admitted([], [], 0)
        faults = 0
        try:
            at_seconds, found = _read(text, now_seconds)
        except MessageError as error:
            return Admitted([], self._complain("", error, now_seconds), 1)
        for message in found:
            try:
                self._run(message, at_seconds, now_seconds, admitted)
            except (MessageError, ValueError, TypeError, OverflowError) as error:
                faults += 1
                admitted.answers.extend(self._complain(message, error, now_seconds))
        return admitted._replace(faults=faults)

    def _complain(self, message: object, error: Exception, now_seconds: float) -> list[Answer]:
        if not self.complaints.take(1, now_seconds):
            return []
        name = message[0] if isinstance(message, list) and message else message
        shown = name if isinstance(name, str) else ""
        is_plain = shown.isprintable() and shown.isascii() and len(shown) <= _SHOWN
        return [[PREFIX + "error", shown if is_plain else ascii(shown)[:_SHOWN], str(error)]]

    def _run(
        self, message: object, at_seconds: float, now_seconds: float, admitted: Admitted
    ) -> None:
        if isinstance(message, list) and message[:1] == ["sync"]:
            admitted.answers.append(["sync", _number(message), now_seconds])
            return
        valid = _valid(message)
        name = valid.address.name
        effort = {"melody/note": 0, "help": 16}.get(name, 1)
        if not self.work.take(effort, now_seconds):
            raise MessageError(f"{name}: too much at once, {ASKED_AT_ONCE} messages are the most")
        if name == "help":
            items = help_items(*valid.values)
            admitted.answers.extend([PREFIX + "help/item", *item] for item in items)
        elif name in _BY_ITSELF:
            raise MessageError(f"{name}: a page is told everything already")
        elif name == "melody/begin":
            self.phrases.begin(self.number, str(valid.values[0]), float(valid.values[1]))
        elif name == "melody/note":
            self.phrases.add(self.number, [float(value) for value in valid.values])
        else:
            admitted.messages.append(self._message(valid, at_seconds, now_seconds))

    def _message(self, valid: ValidMessage, at_seconds: float, now_seconds: float) -> BridgeMessage:
        message: BridgeMessage = {
            "who": self.number,
            "at": now_seconds,
            "name": valid.address.command,
            "path": valid.address.path,
            "values": list(valid.values),
        }
        if valid.address.name == "melody/end":
            clip = self.phrases.end(self.number, str(valid.values[0]))
            message["clip"] = [clip.length, clip_to_rows(clip)]
        if valid.address.name == "midi":
            sent_ago_ms = (now_seconds - at_seconds) * 1000
            ago_ms = float(valid.values[0]) + max(sent_ago_ms, 0.0)
            message["values"][0] = min(ago_ms, LONGEST_AGO_MS)
        return message


def _read(text: str, now_seconds: float) -> tuple[float, list[object]]:
    """Return when a frame was sent, and its messages; MessageError if it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise MessageError("a frame must be a JSON array of messages") from None
    if not isinstance(found, list) or len(found) > MOST_IN_A_FRAME:
        raise MessageError(f"a frame must be a JSON array of at most {MOST_IN_A_FRAME} messages")
    if found and isinstance(found[0], list) and found[0][:1] == ["at"]:
        first, *found = found
        return _time(first, now_seconds), found
    return now_seconds, found


def _number(message: list[object]) -> float:
    value = message[1] if len(message) == 2 else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise MessageError(f'"{message[0]}" takes a time in seconds')
    return float(value)


def _time(message: list[object], now_seconds: float) -> float:
    value = _number(message)
    # Further away than that it is no time of ours: another clock, or a page that slept.
    is_near = -LONGEST_AGO_MS / 1000 <= now_seconds - value <= LONGEST_AGO_MS / 1000
    return value if is_near else now_seconds


def _valid(message: object) -> ValidMessage:
    if not isinstance(message, list) or not message or not isinstance(message[0], str):
        raise MessageError("a message must be an array that begins with an address")
    path, *arguments = message
    if path not in _PATHS:
        raise UnknownAddressError(path)
    for argument in arguments:
        if not (argument is None or isinstance(argument, bool | int | float | str)):
            raise MessageError(f"{path[:_SHOWN]}: arguments are numbers and texts")
    return check(path, arguments)
