"""Who may come in: refused before anything else looks at a request, by HTTP and WebSocket alike."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; media-src 'self' blob:; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "midi=(self), camera=(), microphone=(), geolocation=()",
}
_CLOSED = 4403
_SENTENCE = "Open the page by the address that `continuo studio` printed."
_SAFE = ("GET", "HEAD")


class Guard:
    """Lets in whom this machine's own browser sent, with the key of this run.

    A foreign Host is another name for this machine (DNS rebinding), a foreign Origin another page;
    the key keeps out other users and pages of other ports. It is taken once, into a cookie.
    """

    def __init__(self, application: Application, port: int, key: str) -> None:
        self._application, self._key = application, key
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._cookie = f"continuo-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if not self._is_ours(scope, headers):
            await _refuse(scope, receive, send)
        elif self._brings_key(scope):
            await self._take_key(send)
        elif not hmac.compare_digest(_cookie(headers, self._cookie), self._key.encode()):
            await _refuse(scope, receive, send)
        else:
            await self._application(scope, receive, _with_headers(send))

    def _is_ours(self, scope: Scope, headers: Mapping[bytes, str]) -> bool:
        origin = headers.get(b"origin")
        if headers.get(b"host") not in self._hosts:
            return False
        if origin is None:
            return scope["type"] == "http" and scope["method"] in _SAFE
        return origin in self._origins

    def _brings_key(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] not in _SAFE:
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("k", [""])[0]
        return hmac.compare_digest(given.encode(), self._key.encode())

    async def _take_key(self, send: Send) -> None:
        """Give the cookie, and send the browser on to an address without the key in it."""
        cookie = f"{self._cookie}={self._key}; HttpOnly; SameSite=Strict; Path=/"
        more = {"location": "/", "set-cookie": cookie, "content-length": "0"}
        await _with_headers(send)(
            {"type": "http.response.start", "status": 303, "headers": _encoded(more)}
        )
        await send({"type": "http.response.body", "body": b""})


def _cookie(headers: Mapping[bytes, str], name: str) -> bytes:
    for part in headers.get(b"cookie", "").split(";"):
        found, _, value = part.strip().partition("=")
        if found == name:
            return value.encode("latin-1")
    return b""


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_encoded(HEADERS)]
        await send(message)

    return send_with_headers


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _CLOSED, "reason": _SENTENCE})
        return
    body = _SENTENCE.encode()
    headers = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body))}
    start: Message = {
        "type": "http.response.start",
        "status": 403,
        "headers": _encoded(headers),
    }
    await _with_headers(send)(start)
    await send({"type": "http.response.body", "body": body})
