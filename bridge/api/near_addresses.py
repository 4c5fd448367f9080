"""Which address was meant by one that does not exist: by its letters, its end or its meaning."""

import difflib
from collections.abc import Iterator, Sequence

from bridge.api.address import PREFIX

_LONGEST = 80
_MOST = 3
_NEAR = 0.75  # a slip of the fingers; what is less like a name than this may mean another
_LIKE = 0.5
# What other programs, and people, call what has another name here.
_MEANINGS = {
    "cc/map": "map midi_map",
    "clock": "source sync clock_source",
    "control": "controls param parameter set temperature density",
    "generate": "accompany go harmonize seed",
    "melody/begin": "melody phrase",
    "melody/note": "notes",
    "meter": "beats_per_bar metre signature time_sig time_signature timesig timesignature",
    "mode": "answer follow loop",
    "model/list": "models",
    "model/load": "model load_model program",
    "panic": "all_notes_off off reset silence",
    "ping": "hello",
    "record/start": "rec record",
    "status": "info",
    "take/drop": "delete discard remove",
    "take/keep": "save",
    "take/next": "again another",
    "transport/locate": "goto jump position rewind seek",
    "transport/start": "continue play resume run",
    "transport/stop": "halt pause",
    "transport/tempo": "bpm speed",
}
_MEANT = {word: name for name, words in _MEANINGS.items() for word in words.split()}


def near_addresses(path: str, paths: Sequence[str]) -> list[str]:
    """Return the addresses, of those in `paths`, that an unknown one may mean; the likeliest first.

    Words of the same meaning come first (`bpm` is a tempo), then slips of the fingers, then
    addresses with the same end (`tempo` is `transport/tempo`), then whatever is a little like it.
    """
    path = path[:_LONGEST].lower()
    name = path.removeprefix(PREFIX).strip("/").replace("-", "_")
    end = name.rpartition("/")[2]
    by_name = {p.removeprefix(PREFIX): p for p in paths}
    for near in _guesses(name, end, list(by_name)):
        found = [by_name[n] for n in near if n in by_name]
        if found:
            return found[:_MOST]
    return difflib.get_close_matches(path, paths, n=_MOST, cutoff=_LIKE)


def _guesses(name: str, end: str, names: list[str]) -> Iterator[list[str]]:
    yield [_MEANT[end]] if end in _MEANT else []
    yield difflib.get_close_matches(name, names, n=_MOST, cutoff=_NEAR)
    yield [n for n in names if n.rpartition("/")[2] == end]
    yield [n for n in names if n.rpartition("/")[2] in name.split("/")]
