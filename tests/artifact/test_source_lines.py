"""An export reads each source once: whoever stops a training waits for it."""

import inspect

from models.artifact.source_lines import sources_read_once


class Asked:
    """A class whose source is asked for."""


def test_the_same_class_is_read_once_and_afterwards_as_ever():
    plain = inspect.getsourcelines
    with sources_read_once():
        first = inspect.getsourcelines(Asked)
        assert inspect.getsourcelines(Asked) is first
        assert first == plain(Asked)
    assert inspect.getsourcelines is plain
