"""The sound bank that travels along: what is in it, and how each instrument sounds."""

import hashlib

import pytest
from heard import cents_from, hear, loudness, note, program
from paths import ROOT

from models.artifact.catalogue import list_models
from models.data.ensemble import PROGRAM_OF_ROLE
from models.sound.bank_file import SoundBank, SoundBankError
from models.sound.bank_path import BANK
from models.sound.programs import nearest, nearest_kit
from models.sound.shipped_bank import shipped_bank

PROGRAMS = sorted(p for bank, p in shipped_bank().presets if bank == 0)
KITS = sorted(p for bank, p in shipped_bank().presets if bank == 128)
FAMILIES = {
    "piano": 0,
    "organ": 16,
    "guitar": 24,
    "bass": 32,
    "solo strings": 40,
    "strings and choir": 48,
    "brass": 56,
    "reeds": 64,
    "flutes": 72,
    "lead": 80,
    "pad": 88,
}
# A choir sings with vibrato; a plucked section is as much noise as pitch.
LOOSE_CENTS = {45: 60, 52: 20, 50: 20, 19: 15, 3: 15}


@pytest.mark.parametrize("first", FAMILIES.values(), ids=FAMILIES)
def test_every_family_of_a_band_has_an_instrument(first):
    assert any(first <= p < first + 8 for p in PROGRAMS)


def test_the_models_and_the_roles_have_their_own_sounds():
    wanted = {t.program for e in list_models() if e.manifest for t in e.manifest.tracks}
    # A family of General MIDI is eight programs: a distorted guitar may sound as a clean one.
    assert {nearest(p, PROGRAMS) // 8 for p in wanted} == {p // 8 for p in wanted}
    assert 0 in KITS
    assert {nearest(p, PROGRAMS) for p in PROGRAM_OF_ROLE.values()} <= set(PROGRAMS)


@pytest.mark.parametrize("number", PROGRAMS)
def test_an_instrument_is_in_tune_loud_enough_and_dies_away(tmp_path, number):
    wave, synth = hear(tmp_path / "a.mid", program(number), *note(0, 2, 69, 80))
    assert abs(cents_from(wave, 440.0)) <= LOOSE_CENTS.get(number, 8)
    assert not synth.replaced
    assert 0.005 < loudness(wave, 0, 0.9) < 0.3
    assert abs(wave).max() <= 0.95
    assert loudness(wave, 1.0) < 0.7 * loudness(wave, 0, 1.0)  # released, it fades
    assert abs(wave[:, -1]).max() == 0
    assert wave.shape[1] / 44_100 < 9


@pytest.mark.parametrize("kit", KITS)
@pytest.mark.parametrize("drum", [35, 36, 38, 40, 41, 42, 44, 46, 49, 51, 54, 56])
def test_the_drums_of_a_band_sound(tmp_path, kit, drum):
    wave, synth = hear(tmp_path / "a.mid", program(kit, 9), *note(0, 1, drum, 100, 9))
    assert not synth.unheard
    assert abs(wave[:, :4410]).max() > 0.005


def test_every_program_finds_somebody_to_play_it():
    for number in range(128):
        assert nearest(number, PROGRAMS) in PROGRAMS
        assert nearest_kit(number, KITS) in KITS
    assert nearest(30, PROGRAMS) == 27  # a distorted guitar: the clean one
    assert nearest(61, PROGRAMS) == 57
    assert nearest_kit(35, KITS) == 32
    assert nearest(5, []) is None


def test_the_licence_travels_with_the_bank():
    text = (BANK.parent / "FluidR3Mono_License.md").read_text(encoding="utf-8")
    for name in ("Frank Wen", "Michael Cowgill", "Ethan Winer", "Michael Schorsch"):
        assert name in text
    assert "MIT license" in text
    assert BANK.stat().st_size < 6_000_000


def test_the_cutting_of_a_bank_that_is_cut_already_changes_nothing(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import make_sound_bank

    data = BANK.read_bytes()
    again = make_sound_bank.write_bank(
        make_sound_bank.cut(make_sound_bank.read_bank(data), make_sound_bank.PRESETS)
    )
    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\4\0\0\0sfbk", b"RIFX" * 50])
def test_a_file_that_is_no_bank_is_refused_in_a_sentence(data):
    with pytest.raises(SoundBankError, match="no SoundFont that can be read"):
        SoundBank(data)
