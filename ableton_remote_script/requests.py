"""What is asked of the script: each request is answered under its id, a repeated one alike."""

from __future__ import annotations

import traceback
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .arguments import RequestError, read
from .host import Host, LimitationError
from .osc import Message
from .reader import NOTES_A_CHUNK, ReadError, read_clip
from .task_queue import TaskQueue
from .transfer import Take, Transfers
from .types import Answer, Key, Sender, Steps, Value
from .writer import WriteError, Writer, Written

PREFIX = "/continuo/live/"
_REMEMBERED = 32

# Nobody wants a clip to start long after they asked; who still waits for it asks again by itself.
_TOO_LATE = "a menu or a dialog was open in Live: send it again"


class Callbacks(NamedTuple):
    """How answers leave, and what the others of the script need to hear of a request."""

    send: Callable[[Sender, str, Sequence[Value]], None]
    welcome: Callable[[str, int], bool]
    held_ms: Callable[[], float]
    self_test: Callable[[], Steps]


class Requests:
    """Reads messages, does at once what is quick, and makes tasks of the rest."""

    def __init__(self, host: Host, tasks: TaskQueue, callbacks: Callbacks) -> None:
        self.is_late = False  # what comes now has waited while Live was busy
        self._host = host
        self._tasks = tasks
        self._callbacks = callbacks
        self._transfers = Transfers()
        self._done: OrderedDict[Key, list[Answer]] = OrderedDict()
        self._doing: set[Key] = set()
        self._ours: set[str] = set()  # names of tracks that we wrote
        self._verbs: dict[str, Callable[[Sender, Sequence[Value], float], None]] = {
            "welcome": self._welcome,
            "ping": self._ping,
            "read": self._read,
            "selftest": self._self_test,
        }
        for part in ("begin", "track", "notes", "end"):
            self._verbs["write/" + part] = self._part(part)

    def handle(self, message: Message, sender: Sender, now: float) -> None:
        """Do what a message asks for, or answer why not."""
        address, values = message
        if address.endswith("/error"):
            # Never answered: two programs could go on telling each other for ever.
            self._host.log("{}: {}".format(address, " ".join(str(value) for value in values)[:200]))
            return
        verb = address[len(PREFIX) :] if address.startswith(PREFIX) else ""
        try:
            if verb not in self._verbs:
                raise RequestError(f"unknown address {address[:80]}")
            self._verbs[verb](sender, values, now)
        except RequestError as error:
            id_ = values[0] if values and isinstance(values[0], (str, int)) else ""
            self.complain(sender, str(id_), f"{verb}: {error}" if verb else str(error))

    def complain(self, sender: Sender, id_: str, sentence: str) -> None:
        """Answer that something cannot be done."""
        self._callbacks.send(sender, "error", (id_, sentence))

    def look(self, now: float) -> None:
        """Answer takes that did not become whole."""
        for sender, id_ in self._transfers.forget_old(now):
            self.complain(sender, id_, "the rest of the take did not come: send it again")

    def _welcome(self, _: Sender, values: Sequence[Value], __: float) -> None:
        version, session = read(values, "si")
        if self._callbacks.welcome(version, session):
            # Its ids begin anew too.
            self._done.clear()
            self._transfers.clear()

    def _ping(self, sender: Sender, values: Sequence[Value], _: float) -> None:
        (id_,) = read(values, "s")
        self._callbacks.send(sender, "pong", (id_, self._callbacks.held_ms()))

    def _read(self, sender: Sender, values: Sequence[Value], _: float) -> None:
        id_, which = read(values, "ss")
        if self._is_new((sender, id_)):
            self._start((sender, id_), self._reading(id_, which))

    def _self_test(self, sender: Sender, values: Sequence[Value], _: float) -> None:
        (id_,) = read(values, "s")
        if self._is_new((sender, id_)):
            self._start((sender, id_), self._testing(id_))

    def _part(self, part: str) -> Callable[[Sender, Sequence[Value], float], None]:
        def take_in(sender: Sender, values: Sequence[Value], now: float) -> None:
            (id_,) = read(values, "s")
            key = (sender, id_)
            if part != "end" and (self.is_late or key in self._doing or key in self._done):
                return
            if part == "end" and not self._is_new(key):
                return
            take = self._transfers.take_in(key, part, values, now)
            if take is not None:
                self._start(key, self._writing(id_, take))

        return take_in

    def _is_new(self, key: Key) -> bool:
        """Whether it must be done; what is done already is answered as it was the first time."""
        if key in self._done:
            self._tasks.add(self._told(key[0], self._done[key]))
            return False
        if key in self._doing:
            return False
        if self.is_late:
            raise RequestError(_TOO_LATE)
        return True

    def _start(self, key: Key, work: Steps) -> None:
        self._doing.add(key)
        self._tasks.add(self._answered(key, work))

    def _answered(self, key: Key, work: Steps) -> Steps:
        """Do the work, and answer it, whatever happens."""
        sender, id_ = key
        try:
            answers = yield from work
        except LimitationError:
            answers = self._sorry(id_, "Live allows no more tracks or scenes in this set")
        except (RequestError, ReadError, WriteError) as error:
            answers = self._sorry(id_, str(error))
        except Exception as error:  # noqa: BLE001 - whichever Live raises: there is an answer
            self._host.log(traceback.format_exc())
            answers = self._sorry(id_, f"Live refused: {error}")
        finally:
            self._doing.discard(key)
        self._done[key] = answers
        while len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)
        yield from self._told(sender, answers)

    def _told(self, sender: Sender, answers: Sequence[Answer]) -> Steps:
        for name, values in answers:
            self._callbacks.send(sender, name, values)
            yield

    def _sorry(self, id_: str, sentence: str) -> list[Answer]:
        self._host.say(sentence)
        return [("error", (id_, sentence))]

    def _writing(self, id_: str, take: Take) -> Steps:
        written = yield from Writer(self._host, take).steps()
        self._ours.update(voice.name for voice in take.voices)
        self._host.say(_where(take, written))
        values = (id_, written.scene, written.tracks, written.notes, int(written.fired))
        return [("written", values)]

    def _reading(self, id_: str, which: str) -> Steps:
        clip = yield from read_clip(self._host, which, self._ours)
        self._host.say(f'reading "{clip.name}" ({clip.track})')
        answers: list[Answer] = [
            ("clip/begin", (id_, clip.name, clip.track, clip.scene, clip.length, *clip.bracket))
        ]
        for chunk, begin in enumerate(range(0, len(clip.notes), NOTES_A_CHUNK)):
            part = clip.notes[begin : begin + NOTES_A_CHUNK]
            numbers = [number for note in part for number in note]
            answers.append(("clip/notes", (id_, chunk, *numbers)))
            yield
        answers.append(("clip/end", (id_, len(clip.notes))))
        return answers

    def _testing(self, id_: str) -> Steps:
        passed, failed, path = yield from self._callbacks.self_test()
        self._host.say(f"self-test: {passed} passed, {failed} failed; see {path}")
        return [("report", (id_, passed, failed, path))]


def _where(take: Take, written: Written) -> str:
    told = f'"{take.name}" is in scene {written.scene + 1}'
    if written.made:
        told += f"; put instruments on the {written.made} new tracks"
    return told
