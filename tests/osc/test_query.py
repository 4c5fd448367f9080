import http.client
import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENCE_SECONDS

from bridge.api.addresses import INCOMING, OUTGOING
from bridge.interfaces import PortError
from bridge.osc.query import OscQuery, answer_url
from bridge.osc.query_tree import find, tree

LATEST = {
    "beat": (3, 1.0, 96.0),
    "mode": ("loop",),
    "clock": ("midi", "found", -5.0, ""),
    "state": ("playing",),
}


def node(name, latest=LATEST):
    return find(tree(latest), f"/continuo/{name}")


@pytest.mark.parametrize("address", [*INCOMING, *OUTGOING], ids=lambda a: a.name)
def test_every_address_of_the_table_is_found_under_its_path(address):
    found = find(tree({}), address.path)

    assert found["FULL_PATH"] == address.path
    assert found["DESCRIPTION"]
    assert "VALUE" not in found


def test_what_can_be_turned_tells_its_type_range_and_value():
    tempo = node("transport/tempo")

    assert tempo["TYPE"] == "f"
    assert tempo["RANGE"] == [{"MIN": 20, "MAX": 400}]
    assert tempo["VALUE"] == [96.0]
    assert tempo["ACCESS"] == 3


def test_a_choice_lists_what_there_is():
    assert node("mode")["RANGE"] == [{"VALS": ["answer", "loop", "follow"]}]
    assert node("mode")["VALUE"] == ["loop"]


def test_a_clock_is_read_as_it_is_set_and_has_nodes_below_it():
    clock = node("clock")

    assert (clock["TYPE"], clock["VALUE"]) == ("sf", ["midi", -5.0])
    assert set(clock["CONTENTS"]) == {"offset", "out"}


def test_what_is_only_told_can_only_be_read_and_what_is_only_asked_only_written():
    assert (node("state")["ACCESS"], node("state")["VALUE"]) == (1, ["playing"])
    assert (node("panic")["ACCESS"], node("panic")["TYPE"]) == (2, "N")
    assert node("status")["ACCESS"] == 1


def test_containers_hold_and_are_not_called():
    root = tree({})

    assert (root["FULL_PATH"], root["ACCESS"]) == ("/", 0)
    assert node("transport")["ACCESS"] == 0
    assert "TYPE" not in node("transport")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/", 200),
        ("/continuo/mode/", 200),
        ("/continuo/mode?VALUE", 200),
        ("/continuo/panic?VALUE", 204),
        ("/continuo/bars?VALUE", 204),
        ("/continuo/mode?COLOUR", 400),
        ("/continuo/nothing", 404),
        ("/continuo/mode/nothing", 404),
        ("/?HOST_INFO", 200),
        ("//[", 400),
    ],
)
def test_a_question_is_answered_as_the_proposal_says(url, status):
    assert answer_url(url, LATEST, 11020)[0] == status


def test_one_attribute_comes_alone():
    assert answer_url("/continuo/mode?VALUE", LATEST, 11020)[1] == {"VALUE": ["loop"]}


@given(st.text())
def test_no_question_breaks_it(url):
    assert answer_url(f"/{url}", {}, 11020)[0] in (200, 204, 400, 404)


@pytest.fixture
def query():
    query = OscQuery(11020, lambda: LATEST)
    query.start()
    yield query
    query.close()


def get(query, url, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", query.port, timeout=PATIENCE_SECONDS)
    connection.request("GET", url, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, json.loads(body) if body else None


@pytest.mark.ports
def test_a_browser_of_addresses_reads_it_over_http(query):
    status, info = get(query, "/?HOST_INFO")

    assert (status, info["OSC_PORT"], info["OSC_TRANSPORT"]) == (200, 11020, "UDP")
    assert get(query, "/")[1] == tree(LATEST)
    assert get(query, "/continuo/panic?VALUE") == (204, None)


@pytest.mark.ports
def test_a_page_from_elsewhere_learns_nothing(query):
    assert get(query, "/", Host="evil.example:80") == (403, None)
    assert get(query, "/continuo/mode?VALUE", Host="localhost:8080")[0] == 200


@pytest.mark.ports
def test_a_client_that_says_nothing_stops_nobody(query):
    with socket.create_connection(("127.0.0.1", query.port)):
        assert get(query, "/continuo/mode?VALUE")[0] == 200


@pytest.mark.ports
def test_a_port_that_is_taken_is_no_traceback(query):
    with pytest.raises(PortError, match="OSCQuery port"):
        OscQuery(11020, dict, port=query.port)
