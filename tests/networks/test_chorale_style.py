"""The default of strict voice leading is that of the music learnt from."""

import pytest

from models.music.clip import Clip, Note
from models.music.tempo import MeterMap
from models.networks.chorale.data import chorale
from models.networks.chorale.style import controls_for


def piece(*lines):
    clips = [Clip(tuple(Note(float(i), 1, p) for i, p in enumerate(line))) for line in lines]
    return chorale("piece", clips, MeterMap())


ORGANUM = piece([67, 69, 71, 72] * 8, [62, 62, 62, 62] * 8, [60, 62, 64, 65] * 8, [43] * 32)
STRICT = piece([67, 69, 67, 65] * 8, [62, 60, 62, 64] * 8, [55] * 32, [43] * 32)


@pytest.mark.parametrize(("pieces", "strict"), [([ORGANUM], 0.0), ([STRICT], 1.0), ([], 1.0)])
def test_parallel_fifths_are_allowed_where_the_style_has_them(pieces, strict):
    found = {control.name: control.default for control in controls_for(pieces)}
    assert found["voice_leading"] == strict
    assert {name: value for name, value in found.items() if name != "voice_leading"} == {
        "temperature": 1.0, "movement": 0.0, "colour": 0.0, "cadence": 1.0, "key": 0.0
    }  # fmt: skip
