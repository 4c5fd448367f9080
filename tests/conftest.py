"""Fixtures that several test files use."""

from collections.abc import Iterator

import pytest
from jack_rig import JackRig, jack_rig


@pytest.fixture
def rig(tmp_path) -> Iterator[JackRig]:
    """A JACK server for one test."""
    with jack_rig(tmp_path) as rig:
        yield rig
