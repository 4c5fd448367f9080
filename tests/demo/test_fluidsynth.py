"""Sound from takes, and what is said where there is none."""

from pathlib import Path

import pytest

from bridge.demo.fluidsynth import (
    SOUND_FONT_VARIABLE,
    FluidSynth,
    FluidSynthError,
    find_fluidsynth,
    missing,
)


def test_a_sound_font_named_by_the_musician_is_taken(tmp_path):
    font = tmp_path / "organ.sf2"
    font.write_bytes(b"RIFF")
    assert find_fluidsynth({SOUND_FONT_VARIABLE: str(font)}).sound_font == font


def test_a_named_sound_font_that_is_not_there_is_not_replaced_in_silence(tmp_path):
    assert find_fluidsynth({SOUND_FONT_VARIABLE: str(tmp_path / "no.sf2")}).sound_font is None


@pytest.mark.parametrize(
    ("platform", "word"), [("linux", "apt"), ("darwin", "brew"), ("win32", "winget")]
)
def test_each_system_is_told_its_own_way_to_get_sound(platform, word):
    assert word in missing(FluidSynth(None, None), platform)


def test_without_a_synthesiser_rendering_says_what_is_missing(tmp_path):
    with pytest.raises(FluidSynthError, match="fluidsynth not found"):
        FluidSynth(None, Path("a.sf2")).render(tmp_path / "a.mid", tmp_path / "a.wav")


def test_a_synthesiser_that_writes_nothing_is_an_error(tmp_path):
    with pytest.raises(FluidSynthError, match="could not write"):
        FluidSynth("true", tmp_path / "a.sf2").render(tmp_path / "a.mid", tmp_path / "a.wav")
