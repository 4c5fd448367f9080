"""OSCQuery: the table of addresses as JSON over HTTP, for programs of this machine alone."""

import json
import selectors
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from bridge.interfaces import PortError
from bridge.osc.query_tree import ATTRIBUTES, Latest, find, host_info, tree
from bridge.realtime import raise_priority

HOST, HOST_6 = "127.0.0.1", "::1"
# A browser that was lured here by another name than these must get nothing.
_NAMES = {"127.0.0.1", "localhost", "[::1]"}
_POLL_SECONDS = 0.1
_END_SECONDS = 0.4
_REST_SECONDS = 0.005
_PATIENCE_SECONDS = 0.3

Answer = tuple[int, dict[str, Any] | None]


class OscQuery:
    """Answers one request after another, from a thread of its own. PortError if it gets no port.

    `latest` gives the values that were told last, by name (`OscServer.latest`).
    """

    def __init__(self, osc_port: int, latest: Callable[[], Latest], *, port: int = 0) -> None:
        def answer(url: str) -> Answer:
            return answer_url(url, latest(), osc_port)

        handler = _handler(answer)
        try:
            first = _Server((HOST, port), handler)
        except (OSError, OverflowError) as error:
            raise PortError(
                f"OSCQuery port {port} cannot be had ({error}): choose another, 0 for a free one"
            ) from error
        self.port = int(first.server_address[1])
        self._servers = [first, *_on_ipv6(self.port, handler)]
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="osc-query", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """End within half a second and free the port."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)
        for server in self._servers:
            server.server_close()

    def _run(self) -> None:
        raise_priority(below=2)
        with selectors.DefaultSelector() as selector:
            for server in self._servers:
                server.timeout = 0
                selector.register(server, selectors.EVENT_READ, server)
            # After each request it rests: a browser that asks without end must not stop the music.
            while not self._closing.wait(_REST_SECONDS):
                for key, _ in selector.select(_POLL_SECONDS):
                    key.data.handle_request()


def answer_url(url: str, latest: Latest, osc_port: int) -> Answer:
    """Answer a path and what is asked of it: an HTTP status, and what to say as JSON.

    404: no such node; 400: no such attribute; 204: this node does not have it, or not yet.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return 400, None
    if parts.query == "HOST_INFO":
        return 200, host_info(osc_port)
    node = find(tree(latest), unquote(parts.path))
    if node is None:
        return 404, None
    if not parts.query:
        return 200, node
    if parts.query not in ATTRIBUTES:
        return 400, None
    return (200, {parts.query: node[parts.query]}) if parts.query in node else (204, None)


def _on_ipv6(port: int, handler: type[BaseHTTPRequestHandler]) -> Iterator["_Server6"]:
    """Listen at ::1 as well, so that `localhost` is found; not where that cannot be had."""
    with suppress(OSError):
        yield _Server6((HOST_6, port), handler)


class _Server(HTTPServer):
    def server_bind(self) -> None:
        """Bind without asking anybody what this machine is called: that can take seconds."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Forget a client that broke off."""


class _Server6(_Server):
    address_family = socket.AF_INET6


def _handler(answer: Callable[[str], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _PATIENCE_SECONDS

        def do_GET(self) -> None:
            """Answer one request."""
            host = (self.headers.get("Host") or "localhost").lower()
            is_here = host in _NAMES or host.rsplit(":", 1)[0] in _NAMES
            status, content = answer(self.path) if is_here else (403, None)
            body = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal is the musician's."""

    return Handler
