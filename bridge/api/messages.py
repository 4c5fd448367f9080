"""What the engine tells, as OSC messages by the table."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, cycle

from bridge.api.ableton_addresses import TO_SCRIPT
from bridge.api.address import Address, Parameter
from bridge.api.addresses import OUTGOING
from bridge.api.clip_messages import (
    Named,
    Values,
    clip_messages,
    edit_messages,
    live_messages,
    phrase_messages,
    plan_messages,
)
from bridge.reports import (
    AbletonMessage,
    AbletonScene,
    BeatReport,
    EditReport,
    LineReport,
    NoticeReport,
    PhraseReport,
    PlanReport,
    Reply,
    Report,
    SavedReport,
    SoundNews,
    SoundReport,
    StateReport,
    StatusLine,
    StatusReport,
    TakeReport,
)

ADDRESSES = {address.name: address for address in OUTGOING}
_TO_SCRIPT = {address.name: address for address in TO_SCRIPT}
LATE_MS = 3.0
# What must come one after another, and in peace: all that is long.
_BULKY = (EditReport, TakeReport, SavedReport, AbletonScene)


def is_told(report: Report) -> bool:
    """Whether clients hear of it at all: of the notes that sound only the late ones."""
    if isinstance(report, StatusLine):
        return False
    if isinstance(report, SoundReport):
        return report.late_ms > LATE_MS and bool(report.message.type == "note_on")
    return True


def is_bulky(report: Report) -> bool:
    """Whether it is to be sent in pieces with pauses, and in its place after others of its kind."""
    return isinstance(report, _BULKY)


def is_for_script(report: Report) -> bool:
    """Whether it goes to the script in Live that it names, and to nobody else."""
    return isinstance(report, (AbletonMessage, AbletonScene))


def messages(report: Report, errors: int = 0) -> Iterator[Named]:
    """Turn a report into named values, made one by one; `errors` is told in the status.

    ValueError if the table has no such name, or if values do not fit it.
    """
    table = _TO_SCRIPT if is_for_script(report) else ADDRESSES
    return (conform(name, values, table) for name, values in _named(report, errors))


def conform(
    name: str, values: Iterable[float | str], table: Mapping[str, Address] = ADDRESSES
) -> Named:
    """Give values the types that the table says; ValueError where they do not fit."""
    address = table.get(name)
    if address is None:
        raise ValueError(f"no message is called {name!r}")
    given = tuple(values)
    if not _fits(address, len(given)):
        raise ValueError(f"{name}: has {address.signature!r}, got {len(given)} values")
    kinds = chain(address.parameters, cycle(address.group)) if address.group else address.parameters
    return name, tuple(_typed(name, p, v) for p, v in zip(kinds, given, strict=False))


def _named(report: Report, errors: int) -> Iterable[Named]:
    if isinstance(report, (Reply, AbletonMessage, SoundNews)):
        return [(report.name, report.values)]
    if isinstance(report, StatusLine):
        return []  # programs have the state
    if isinstance(report, StatusReport):
        return [("status", _status(report, errors))]
    if (long := _long(report)) is not None:
        return long
    return [_short(report)]


def _long(report: Report) -> Iterable[Named] | None:
    """Give what takes several messages; None for what takes one."""
    match report:
        case TakeReport():
            return clip_messages(report)
        case EditReport():
            return edit_messages(report)
        case PlanReport():
            return plan_messages(report)
        case PhraseReport():
            return phrase_messages(report)
        case AbletonScene():
            return live_messages(report)
    return None


def _status(report: StatusReport, errors: int) -> Values:
    song = (report.state, report.model, report.bpm, report.beat, report.bars)
    clock = (report.clock, report.mode, report.offset_ms, report.playing)
    return (*song, *clock, errors, report.late)


def _short(report: Report) -> Named:
    match report:
        case StateReport():
            return "state", (report.state,)
        case BeatReport():
            return "beat", (report.bar, report.beat, report.bpm)
        case LineReport():
            return "line", (report.playing, report.beat, report.bpm)
        case SoundReport():
            return "late", (report.late_ms,)
        case SavedReport():
            return "saved", (report.take_id, report.path)
        case NoticeReport(kind="error"):
            return "error", (report.address, report.text)
        case NoticeReport():
            return "notice", (report.kind, report.text)
    raise ValueError(f"there is no message for {report!r}")


def _fits(address: Address, count: int) -> bool:
    more = count - len(address.parameters)
    return not more % len(address.group) if address.group and more >= 0 else more == 0


def _typed(name: str, parameter: Parameter, value: float | str) -> float | str:
    try:
        if parameter.kind == "s":
            return str(value)
        return float(value) if parameter.kind == "f" else round(float(value))
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"{name}: {parameter.name} must be a number, got {value!r}") from None


__all__ = [
    "ADDRESSES",
    "Named",
    "Values",
    "conform",
    "is_bulky",
    "is_for_script",
    "is_told",
    "messages",
]
