"""What a page that comes in is told first: the questions, the newest takes, what was told last."""

from collections import OrderedDict
from collections.abc import Sequence

from bridge.api.address import PREFIX
from bridge.api.messages import Named
from bridge.reports import EditReport, Report, TakeReport

# Asked of the engine for each page; the answers come to that page alone, in this order.
QUESTIONS = (
    "status",
    "line",
    "settings",
    "meter",
    "key",
    "model/list",
    "control/list",
    "cc/list",
    "split",
    "section",
    "track/list",
    "input/list",
    "phrase",
)
# What nobody can ask for: it was told once, and holds until it is told again.
_LASTING = (
    "state",
    "worker",
    "clock",
    "chord/lead",
    "then",
    "extension",
    "bars",
    "mode",
    "clip/sounds",
)
MOST_TAKES = 16

Message = list[object]


def as_messages(named: Sequence[Named]) -> list[Message]:
    """Write named values as the page gets them."""
    return [[PREFIX + name, *values] for name, values in named]


class Picture:
    """Remembers the newest takes, and what was told last. Called from: one thread."""

    def __init__(self) -> None:
        self._latest: dict[str, Message] = {}
        self._takes: OrderedDict[str, list[Message]] = OrderedDict()
        self._edits: dict[str, list[Message]] = {}

    def take(self, report: Report, told: list[Message]) -> None:
        """Take note of what is told to all."""
        if isinstance(report, EditReport):
            self._edits[report.take_id] = told
        elif isinstance(report, TakeReport):
            self._takes.pop(report.take_id, None)
            self._takes[report.take_id] = self._edits.pop(report.take_id, []) + told
            while len(self._takes) > MOST_TAKES:
                self._takes.popitem(last=False)
        else:
            for message in told:
                name = str(message[0]).removeprefix(PREFIX)
                if name in _LASTING:
                    self._latest[name] = message

    def messages(self) -> list[Message]:
        """Give the takes in the order in which they came, then what was told last."""
        takes = [message for told in self._takes.values() for message in told]
        return takes + list(self._latest.values())
