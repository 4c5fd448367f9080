import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.api.addresses import INCOMING
from bridge.api.validation import MessageError, check

PATHS = [address.path for address in INCOMING]
ARGUMENTS = st.lists(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(), max_size=12
)


def values(name, *arguments):
    return check(f"/continuo/{name}", arguments).values


def complaint(name, *arguments):
    with pytest.raises(MessageError) as caught:
        check(f"/continuo/{name}", arguments)
    return str(caught.value)


@pytest.mark.parametrize("address", INCOMING, ids=lambda a: a.name)
def test_every_example_of_the_table_is_taken(address):
    assert check(address.path, address.example).values == address.example


@given(st.sampled_from(PATHS) | st.text(), ARGUMENTS)
def test_any_message_gives_values_that_fit_the_table_or_a_sentence(path, arguments):
    try:
        address, found = check(path, arguments)
    except MessageError as error:
        sentence = str(error)
    else:
        assert_fit(address, found)
        return
    assert sentence.isprintable()
    assert len(sentence) < 400


def assert_fit(address, found):
    kinds = [*address.parameters, *(address.group * (len(found) // 5 if address.group else 0))]
    for parameter, value in zip(kinds, found, strict=False):
        if parameter.kind == "s":
            assert isinstance(value, str)
            assert not parameter.choices or value in parameter.choices
        else:
            assert isinstance(value, int if parameter.kind == "i" else float)
            assert math.isfinite(value)
            assert parameter.low is None or parameter.low <= value <= parameter.high


@pytest.mark.parametrize("one", [1, 1.0, True, "1", "1.0", "true", " True "])
def test_a_number_may_come_as_any_type(one):
    assert values("clock/out", one) == (1,)
    assert values("transport/locate", one) == (1.0,)


def test_a_client_may_name_its_take_with_a_number():
    assert values("generate", 7, "3") == ("7", 3)
    assert values("generate", 7.0) == ("7",)


def test_a_choice_may_come_in_capitals():
    assert values("mode", "Loop") == ("loop",)


def test_nil_is_nothing_where_nothing_is_expected():
    assert values("panic", None) == ()


def test_what_is_left_out_stays_out():
    assert values("generate", "tune") == ("tune",)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (("transport/tempo", 900), "transport/tempo: bpm must be in range 20..400, got 900"),
        (("transport/tempo", math.nan), "transport/tempo: bpm must be a number, got nan"),
        (("transport/tempo", "quick"), "transport/tempo: bpm must be a number, got 'quick'"),
        (("transport/tempo", None), "transport/tempo: bpm must be a number, got nil"),
        (("transport/tempo",), "transport/tempo: takes f bpm, got 0 arguments"),
        (("bars", 2.5), "bars: bars must be a whole number, got 2.5"),
        (("ping", 2**40), "ping: id must be in range"),
        (("mode", "folow"), "mode: mode must be one of answer, loop, follow; got 'folow'"),
        (("generate", b"ab"), "generate: id must be a text, got a blob of 2 bytes"),
        (("generate", "a\x1b[2J"), "printable"),
        (("generate", "a" * 201), "at most 200"),
        (("panic", 1), "panic: takes no arguments, got 1 argument"),
        (("melody/note", 60, 0.0, 1.0), "got 3 arguments"),
        (("melody/note",), "got 0 arguments"),
        (("generat",), "did you mean /continuo/generate"),
        (("tempo",), "did you mean /continuo/transport/tempo?"),
        (("bpm", 96), "did you mean /continuo/transport/tempo?"),
        (("Start",), "did you mean /continuo/transport/start"),
        (("play",), "did you mean /continuo/transport/start?"),
        (("keep", "x"), "did you mean /continuo/take/keep?"),
        (("note", 60), "did you mean /continuo/melody/note?"),
        (("transport/bpm", 96), "did you mean /continuo/transport/tempo?"),
        (("transport/*",), "is a pattern"),
        (("x" * 5_000,), "/continuo/help lists all"),
    ],
)
def test_a_mistake_is_explained(message, sentence):
    assert sentence in complaint(*message)
