"""What `continuo bench` measures of OSC: a ping to `continuo play` in a process of its own."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from bridge.bench.processes import BenchError, play_process
from bridge.osc import wire

PING, PONG = "/continuo/ping", "/continuo/pong"
ANSWER_SECONDS = 30.0  # only a lost ping takes so long, on a busy machine too
WARM_UPS = 20


def time_ping(model: str, runs: int) -> list[float]:
    """Return the seconds from each ping to its pong, through the engine."""
    with playing(model) as port, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", port))
        client.settimeout(ANSWER_SECONDS)
        seconds = [_ping(client, number) for number in range(WARM_UPS + runs)]
    return seconds[WARM_UPS:]


def _ping(client: socket.socket, number: int) -> float:
    packet = wire.encode(PING, (number,))
    began_seconds = perf_counter()
    client.send(packet)
    try:
        answer = client.recv(1024)
    except OSError:
        raise BenchError(f"no pong came in {ANSWER_SECONDS:.0f} s") from None
    took_seconds = perf_counter() - began_seconds
    (message,) = wire.decode(answer)
    if (message.address, tuple(message.arguments)) != (PONG, (number,)):
        raise BenchError(f"to ping {number} came {message.address} {message.arguments}")
    return took_seconds


@contextmanager
def playing(model: str) -> Iterator[int]:
    """Run `continuo play` without MIDI until its model is ready; give its OSC port."""
    ports = ("--midi", "none", "--osc-port", "0", "--osc-events", "none")
    with play_process(model, *ports, "--quiet") as process:
        yield _port(process, model)


def _port(process: "subprocess.Popen[str]", model: str) -> int:
    assert process.stdout
    said, port = "", 0
    for line in process.stdout:
        said += line
        if found := re.search(r"^OSC: in at (\d+)", line):
            port = int(found[1])
        if f"{model} is ready" in line:
            return port
    raise BenchError(f"`continuo play` ended: {said[-300:].strip()}")
