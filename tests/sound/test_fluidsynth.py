"""FluidSynth with a sound font of one's own."""

from pathlib import Path

import pytest

from bridge.sound.fluidsynth import (
    SOUND_FONT_VARIABLE,
    FluidSynthError,
    named_sound_font,
    render,
)


def test_a_sound_font_named_by_the_musician_is_taken(tmp_path):
    font = tmp_path / "organ.sf2"
    font.write_bytes(b"RIFF")
    assert named_sound_font({SOUND_FONT_VARIABLE: str(font)}) == font
    assert named_sound_font({}) is None


def test_a_named_sound_font_that_is_not_there_is_not_replaced_in_silence(tmp_path):
    with pytest.raises(FluidSynthError, match=r"no\.sf2, and there is no such file"):
        named_sound_font({SOUND_FONT_VARIABLE: str(tmp_path / "no.sf2")})


def test_a_synthesiser_that_writes_nothing_is_an_error(tmp_path):
    with pytest.raises(FluidSynthError, match="could not render"):
        render("true", Path("a.sf2"), tmp_path / "a.mid", tmp_path / "a.wav")
