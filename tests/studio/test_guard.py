"""Who is let in: our own page with this run's key, and nobody else."""

import pytest
from studio_rig import Page, studio
from websockets.exceptions import InvalidStatus

from bridge.studio.guard import HEADERS

pytestmark = pytest.mark.ports


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with studio(tmp_path_factory.mktemp("takes")) as opened:
        yield opened


def test_the_printed_address_gives_the_key_once_and_leads_on(here):
    status, headers, _ = here.get(f"/?k={here.key}", cookie=None)
    assert (status, headers["location"]) == (303, "/")
    cookie = headers["set-cookie"]
    assert cookie.startswith(here.cookie)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_with_the_cookie_the_page_is_served_under_a_strict_policy(here):
    status, headers, body = here.get("/")
    assert status == 200
    assert b"Continuo" in body
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "server" not in headers


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:1"},
        {"cookie": None},
        {"cookie": "continuo-1=x"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/", "/api/models", "/nothing"])
def test_others_are_refused(here, path, wrong):
    status, headers, body = here.get(path, **wrong)
    assert status == 403
    assert b"continuo studio" in body
    assert "set-cookie" not in headers


@pytest.mark.parametrize("key", ["", "x", "é"])
def test_a_wrong_key_is_refused(here, key):
    from urllib.parse import quote

    assert here.get(f"/?k={quote(key)}", cookie=None)[0] == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_what_changes_anything_needs_our_own_origin(here, method):
    assert here.get("/api/takes", method, b"", origin=None)[0] == 403


@pytest.mark.parametrize(
    ("origin", "cookie"),
    [
        ("http://evil.example", True),
        ("null", True),
        (None, True),
        ("own", False),
    ],
)
def test_a_foreign_websocket_is_refused(here, origin, cookie):
    own = f"http://127.0.0.1:{here.port}"
    headers = {"Origin": own if origin == "own" else origin}
    if not cookie:
        headers["Cookie"] = "continuo-0=nothing"
    with pytest.raises(InvalidStatus) as refused:
        Page(here, **headers)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/../server.py",
        "/%2e%2e/server.py",
        "/..%2fserver.py",
        "//etc/passwd",
        "/static/..%5capp.py",
    ],
)
def test_no_path_leads_out_of_the_pages_folder(here, path):
    status, _, body = here.get(path)
    assert status in (403, 404)
    assert b"import" not in body


def test_localhost_is_this_machine_too(here):
    assert here.get("/", host=f"localhost:{here.port}")[0] == 200
