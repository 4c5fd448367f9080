"""Work that takes its time, in processes of its own: pages are served meanwhile, in time."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from bridge.studio.page_json import PageError

# Two at a time leave the machine room to play.
MOST_AT_ONCE = 2
_LAST_WORDS = 300
_CONTINUO = "from bridge.cli import main; main()"


class Jobs:
    """Runs programs of ours, a few at a time. Called from: the server's one thread."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    async def read_file(self, path: str, title: str, seconds: float = 60.0) -> dict[str, Any]:
        """Read a MIDI file; PageError says in a sentence why it cannot be used."""
        module = ("-P", "-m", "bridge.studio.read_file", path, title)
        found = _object(await self._run(module, seconds, f"{title} takes too long to read"))
        if "error" in found:
            raise PageError(str(found["error"]))
        return found

    async def continuo(self, *arguments: str, seconds: float = 600.0) -> str:
        """Run a command of `continuo` and return what it said; PageError if it failed."""
        late = f"continuo {arguments[0]} takes too long"
        return await self._run(("-P", "-c", _CONTINUO, *arguments), seconds, late)

    async def architectures(self) -> list[dict[str, Any]]:
        """List what can be trained, with its options; this loads torch, elsewhere."""
        module = ("-P", "-m", "models.training.describe")
        found = json.loads(await self._run(module, 300.0, "the architectures take too long"))
        assert isinstance(found, list), "our own program wrote no list"
        return found

    async def _run(self, arguments: Sequence[str], seconds: float, too_late: str) -> str:
        async with self._room:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
                preexec_fn=_give_way if sys.platform != "win32" else None,
            )
            try:
                said, complained = await asyncio.wait_for(process.communicate(), seconds)
            except TimeoutError:
                raise PageError(too_late) from None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode:
            raise PageError(_sentence(complained) or f"it ended with {process.returncode}")
        return said.decode(errors="replace")


def _give_way() -> None:
    os.nice(10)


def _sentence(complained: bytes) -> str:
    lines = complained.decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("Error: ")[:_LAST_WORDS] if lines else ""


def _object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    assert isinstance(found, dict), "our own program wrote no object"
    return found
