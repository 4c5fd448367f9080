"""`continuo models NAME`: what a musician has to know to give a band its instruments."""

import pytest
from click.testing import CliRunner

from bridge.cli import main


@pytest.mark.parametrize(
    ("name", "tracks"),
    [
        ("bach", "Alto (channel 2: Choir Aahs), Tenor (channel 3: Choir Aahs)"),
        ("jazz-combo", "Bass (channel 3: Acoustic Bass), Drums (channel 10)"),
    ],
)
def test_each_track_is_shown_with_its_channel_and_its_instrument(name, tracks):
    assert tracks in CliRunner().invoke(main, ["models", name]).output


def test_no_control_is_minus_nothing():
    assert "-0 if not set" not in CliRunner().invoke(main, ["models", "pop-band"]).output
