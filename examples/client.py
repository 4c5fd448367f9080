"""Sends Continuo a melody, asks for its accompaniment, prints the notes. Needs python-osc."""
# ruff: noqa: T201

import sys

from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer
from pythonosc.udp_client import SimpleUDPClient

MELODY = [(67, 0, 1), (69, 1, 1), (71, 2, 1), (74, 3, 1), (72, 4, 1), (71, 5, 1), (69, 6, 2)]


def show(_address: str, _take: str, track: int, _chunk: int, *values: float) -> None:
    """Print notes: five numbers each."""
    for i in range(0, len(values), 5):
        print("track {} pitch {} start {:g} duration {:g}".format(track, *values[i : i + 3]))


def wait(_address: str, state: str, model: str) -> None:
    """Say why it takes longer: a model is loading, or the worker was started again."""
    print(f"{model} is {state}")
    ears.timeout = 120


heard = Dispatcher()
heard.map("/continuo/clip/notes", show)
heard.map("/continuo/worker", wait)
heard.map("/continuo/clip/end", lambda *_: sys.exit())
heard.map("/continuo/error", lambda _, address, message: sys.exit(f"{address}: {message}"))
ears = BlockingOSCUDPServer(("127.0.0.1", 0), heard)
continuo = SimpleUDPClient("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 11020)

continuo.send_message("/continuo/subscribe", ears.server_address[1])
continuo.send_message("/continuo/melody/begin", ["client", 8.0])
for pitch, start, duration in MELODY:
    continuo.send_message("/continuo/melody/note", [pitch, start, duration, 80, 0])
continuo.send_message("/continuo/melody/end", "client")
continuo.send_message("/continuo/generate", ["client", 7])
ears.timeout = 20
ears.handle_timeout = lambda: sys.exit("no answer: is `continuo play` running, at this OSC port?")
while True:
    ears.handle_request()
