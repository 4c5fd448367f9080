"""An OSC client for tests: one socket, and messages awaited by name."""

import socket
from contextlib import suppress

from patience import PATIENCE_SECONDS

from bridge.osc.wire import Message, decode, encode

HOST = "127.0.0.1"


class OscClient:
    """Sends to a port of this machine, and reads what comes to its own."""

    def __init__(self, to_port: int, host: str = HOST) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.settimeout(PATIENCE_SECONDS)
        self._to = (host, to_port)

    def __enter__(self) -> "OscClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.socket.getsockname()[1])

    def send(self, name: str, *values: float | str) -> None:
        """Send one message, named without `/continuo/`."""
        self.send_bytes(encode(f"/continuo/{name}", values))

    def send_bytes(self, packet: bytes) -> None:
        """Send a packet as it is."""
        self.socket.sendto(packet, self._to)

    def receive(self) -> Message:
        """Wait for the next message; its name comes without `/continuo/`."""
        (message,) = decode(self.socket.recv(65_536))
        return Message(message.address.removeprefix("/continuo/"), message.arguments)

    def wait_for(self, name: str) -> tuple[object, ...]:
        """Pass over messages until one has this name; return its values."""
        while True:
            message = self.receive()
            if message.address == name:
                return message.arguments

    def until_heard(self) -> list[Message]:
        """Ping until a ping gets through a flood; return all that came before its answer."""
        before: list[Message] = []
        self.socket.settimeout(0.2)
        for number in range(1_000_000, 1_000_300):
            self.send("ping", number)
            with suppress(TimeoutError):
                while (message := self.receive()) != ("pong", (number,)):
                    before.append(message)
                self.socket.settimeout(PATIENCE_SECONDS)
                return before
        raise TimeoutError("no ping got through")

    def ask(self, name: str, *values: float | str) -> Message:
        """Send a message and wait for the next that comes."""
        self.send(name, *values)
        return self.receive()
