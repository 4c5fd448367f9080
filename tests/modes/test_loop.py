"""Mode loop: what it keeps, however slow the machine and however late the last notes."""

import pytest
from simulated_player import composer, play, played


@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.6])
@pytest.mark.parametrize(
    "last", [((3, 3.9, 64),), ((3, 4.3, 64),), ((3, 3.4, 64), (3.5, 3.99, 65))]
)
def test_the_first_take_is_saved_once_though_its_answer_was_asked_for_again(seconds, last):
    tune = played((0, 0.9, 60), (1, 1.9, 62), *last)
    run = play(tune, 24, composer(seconds), mode="loop")
    (take,) = run.takes
    assert take.provenance["id"] == "take-0"
    assert len(take.melody.clip.notes) == 2 + len(last)
