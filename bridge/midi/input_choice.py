"""Keyboards listed and chosen while playing: in a thread of its own, for systems may be slow."""

import threading
from collections.abc import Callable, Mapping
from queue import SimpleQueue

from bridge.events import Command
from bridge.interfaces import PortError
from bridge.midi.ports import Ports
from bridge.reports import NoticeReport, Reply, Report

_END_SECONDS = 1.0
# What the engine runs as commands; neither may make it wait.
Handlers = Mapping[str, Callable[[Command, float], None]]


class InputChoice:
    """Answers `input/list` and `input`. `tell` takes reports from its thread."""

    def __init__(self, ports: Ports, tell: Callable[[Report], None]) -> None:
        self._ports, self._tell = ports, tell
        self._asked: SimpleQueue[Command | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="inputs", daemon=True)
        self._thread.start()

    @property
    def handlers(self) -> Handlers:
        """The commands that are answered here; they return at once."""
        return dict.fromkeys(("input", "input/list"), lambda command, _: self._asked.put(command))

    def close(self) -> None:
        """Answer no more; what is asked of a system that hangs is not waited for."""
        self._asked.put(None)
        self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        while (command := self._asked.get()) is not None:
            try:
                self._answer(command)
            except PortError as error:
                report = NoticeReport("error", str(error), command.address, command.sender)
                self._tell(report)

    def _answer(self, command: Command) -> None:
        is_choice = command.name == "input" and len(command.values) > 0
        if is_choice:
            self._ports.listen(str(command.values[0]).strip())
        name, there = self._ports.inputs()
        # What was chosen concerns everybody, a list whoever asked for it.
        self._tell(Reply("input", (name,), None if is_choice else command.sender))
        if command.name == "input/list" or is_choice:
            self._tell(Reply("input/list", tuple(there), None if is_choice else command.sender))
