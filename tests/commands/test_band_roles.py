"""A band that is trained says which parts its folder has not, or too seldom."""

import pytest

from bridge.commands.band_roles import said_of_roles
from models.artifact.manifest import TrackSpec
from models.data.piece import Corpus, Facts, Piece
from models.music.clip import Composition, Track

SPECS = {
    role: TrackSpec(role.capitalize(), role, 0, channel, 30, 90)
    for channel, role in enumerate(("piano", "bass", "guitar", "drums"))
}


def corpus(roles, *in_files):
    pieces = [
        Piece(str(i), Composition(Track("melody")), Facts(roles=found))
        for i, found in enumerate(in_files)
    ]
    return Corpus(tuple(SPECS[role] for role in roles), pieces[1:], pieces[:1])


def test_a_part_that_no_piece_has_is_said_and_one_that_too_few_have():
    files = [("guitar", "bass")] * 9 + [("guitar", "bass", "organ", "drums")]
    assert list(said_of_roles(corpus(("guitar", "bass"), *files))) == [
        "  no drums: 1 piece with it, too few to be learnt; the band plays without",
        "  too rare to be learnt: organ (1)",
    ]
    assert list(said_of_roles(corpus(("guitar", "drums"), ("guitar", "drums")))) == [
        "  no bass: no piece has such a track; the band plays without"
    ]


@pytest.mark.parametrize("roles", [("guitar", "bass", "drums"), ("piano",)])
def test_a_band_that_is_whole_and_a_piano_with_two_hands_lack_nothing(roles):
    assert not list(said_of_roles(corpus(roles, roles, roles)))


def test_a_rhythm_section_alone_has_no_chords():
    (said,) = said_of_roles(corpus(("bass", "drums"), ("bass", "drums")))
    assert said.startswith("  no chords")
