"""What a folder's band lacks, in sentences: parts that no file has, or too few to learn them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from models.data.piece import Corpus

_EXPECTED = ("drums", "bass")  # and something that plays chords
_NO_CHORDS = frozenset((*_EXPECTED, "percussion"))
_PIANO_ALONE = frozenset(("piano",))  # its left hand is the bass


def said_of_roles(corpus: Corpus) -> Iterator[str]:
    """Say of each part that a band is expected to have and this one will not, why it has not."""
    roles = frozenset(track.role for track in corpus.tracks)
    pieces = [*corpus.train, *corpus.valid]
    rare = Counter(r for p in pieces for r in p.facts.roles if r not in roles)
    for role in _missing(roles):
        seldom = f"{_pieces(rare.pop(role))} with it, too few to be learnt" if rare[role] else ""
        yield f"  no {role}: {seldom or 'no piece has such a track'}; the band plays without"
    if others := [f"{role} ({count})" for role, count in rare.most_common() if count]:
        yield f"  too rare to be learnt: {', '.join(others)}"


def _missing(roles: frozenset[str]) -> Sequence[str]:
    if roles == _PIANO_ALONE:
        return ()
    missing = [role for role in _EXPECTED if role not in roles]
    return missing if roles - _NO_CHORDS else [*missing, "chords"]


def _pieces(count: int) -> str:
    return "1 piece" if count == 1 else f"{count} pieces"
