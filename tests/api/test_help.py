import pytest
from paths import ROOT

from bridge.api.ableton_addresses import FROM_SCRIPT, TO_SCRIPT
from bridge.api.addresses import INCOMING, OUTGOING
from bridge.api.help import BEGIN, END, help_items, reference
from bridge.api.validation import MessageError

REFERENCE = ROOT / "docs" / "osc.md"


def test_the_reference_has_every_address_of_each_table_once():
    rows = [line for line in reference().splitlines() if line.startswith("| `")]

    tables = (*INCOMING, *OUTGOING, *FROM_SCRIPT, *TO_SCRIPT)
    assert [row.split("`")[1] for row in rows] == [a.path for a in tables]
    assert all(row.count("|") - row.count("\\|") == 4 for row in rows)


def test_the_reference_in_the_docs_says_what_the_table_says():
    written = REFERENCE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    assert written.strip() == reference().strip(), "run `python -m bridge.api.help --write`"


def test_help_on_one_address_tells_its_range_and_its_answers():
    ((path, arguments, words),) = help_items("bars")

    assert (path, arguments) == ("/continuo/bars", "i bars")
    assert "bars: 1 to 64." in words
    assert "Answers: /continuo/bars." in words


def test_help_on_a_mistyped_address_names_the_near_ones():
    with pytest.raises(MessageError, match="did you mean /continuo/generate"):
        help_items("generat")
