"""The inference worker process: loads models and answers requests, one JSON object a line."""

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO

from bridge.child_signals import leave_signals_to_the_bridge
from bridge.inference.messages import from_line, generated_to_json, request_from_json, to_line
from bridge.inference.perform import perform
from bridge.interfaces import GenerateRequest
from models.artifact.catalogue import CatalogueEntry, find
from models.artifact.manifest import EXTEND
from models.errors import ContinuoError
from models.music.clip import Clip, Note
from models.music.tempo import Meter

if TYPE_CHECKING:
    from models.artifact.torchscript import LoadedGenerator

log = logging.getLogger(__name__)

Say = Callable[[dict[str, Any]], None]

# TorchScript compiles during its first call: it would come late.
WARM_UP = GenerateRequest(
    request_id="warm-up",
    model="",
    melody=Clip(tuple(Note(float(beat), 1.0, 67 + beat % 5) for beat in range(16)), 16.0),
    length=16.0,
    meter=Meter(),
    bpm=100.0,
    seed=0,
)


def main(model: str) -> None:
    """Load `model`, then answer requests from standard input until it ends."""
    leave_signals_to_the_bridge()
    if hasattr(os, "nice"):
        os.nice(5)  # the engine's thread goes first
    say = _reserve_stdout()
    lines: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, lines), daemon=True).start()
    say({"event": "loading", "detail": model})
    host = ModelHost(say)
    say(host.preload(model))
    while True:
        host.answer(lines.get())


def _reserve_stdout() -> Say:
    """Keep the pipe to the bridge for messages: whatever a library prints goes to the log."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(message: dict[str, Any]) -> None:
        pipe.write(to_line(message))
        pipe.flush()

    return say


def _read(pipe: BinaryIO, lines: "SimpleQueue[bytes]") -> None:
    for line in pipe:
        lines.put(line)
    # The bridge is gone, killed perhaps: end now, even in the middle of generating.
    os._exit(0)


class ModelHost:
    """Keeps models in memory and answers requests with them."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._loaded: dict[str, tuple[int, LoadedGenerator]] = {}

    def preload(self, model: str) -> dict[str, Any]:
        """Have a model in memory before it is asked for; a bad one is reported, not fatal."""
        try:
            entry = find(model)
            if not self._in_memory(entry):
                self._load(entry)
        except (ContinuoError, OSError) as error:
            return {"event": "failed", "detail": str(error)}
        return {"event": "ready", "detail": model}

    def answer(self, line: bytes) -> None:
        """Answer one line; a request that cannot be answered is refused with the reason."""
        data: dict[str, Any] = {}
        try:
            data = from_line(line)
            if "load" in data:
                self._say({"event": "loading", "detail": data["load"]})
                self._say(self.preload(str(data["load"])))
            else:
                self._say(self._generated(request_from_json(data)))
        except (ValueError, KeyError, TypeError, OSError) as error:
            log.exception("refused a request")
            self._say({"event": "refused", "id": data.get("id"), "reason": str(error)})

    def _generated(self, request: GenerateRequest) -> dict[str, Any]:
        models = (request.model, *(step.model for step in request.then))
        generators = [self._generator(model) for model in models]
        began_seconds = perf_counter()
        answer = perform(generators, request)
        seconds = perf_counter() - began_seconds
        return generated_to_json(replace(answer, seconds=seconds))

    def _generator(self, model: str) -> "LoadedGenerator":
        """Give a model, loaded anew if its file has changed; say so, for the bridge waits."""
        entry = find(model)
        generator = self._in_memory(entry)
        if generator is None:
            self._say({"event": "loading", "detail": model})
            generator = self._load(entry)
            self._say({"event": "ready", "detail": model})
        return generator

    def _in_memory(self, entry: CatalogueEntry) -> "LoadedGenerator | None":
        written_ns, generator = self._loaded.get(entry.name, (0, None))
        return generator if written_ns == _written_ns(entry) else None

    def _load(self, entry: CatalogueEntry) -> "LoadedGenerator":
        from models.artifact.torchscript import load

        written_ns = _written_ns(entry)
        generator = load(entry.path, patient=False)  # the bridge ends us where it never answers
        # Inside the melody, and, for who goes on, after it.
        begins = (12.0, 16.0) if generator.manifest.technique == EXTEND else (12.0,)
        tracks = perform([generator], WARM_UP).tracks
        for begin in begins:
            perform([generator], replace(WARM_UP, begin=begin, length=4.0, context=tracks))
        self._loaded[entry.name] = (written_ns, generator)
        # Looking through all of torch for garbage takes 80 ms, in the middle of a bar perhaps.
        gc.collect()
        gc.freeze()
        return generator


def _written_ns(entry: CatalogueEntry) -> int:
    entry.require()
    return entry.path.stat().st_mtime_ns


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    main(sys.argv[1])
