"""What helps at the keyboard, through real ports: another octave, a chord a key, an arpeggio."""

import pytest
from jack_play import Performance, on_jack
from jack_rig import LEAD_SECONDS, JackRig, Tone
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, hanging, on_channels, sounded

pytestmark = pytest.mark.ports

BPM = 120.0
BEAT = 60 / BPM
TURN = BEAT / 2  # eighths
# So long a phrase that no answer sounds into what is heard.
SETTINGS = ("--bars", "16", "--tempo", f"{BPM:g}")


def chord(begin: float, beats: float, *pitches: int) -> list[Tone]:
    return [Tone(LEAD_SECONDS + begin * BEAT, beats * BEAT, pitch) for pitch in pitches]


def heard(tmp_path, tones: list[Tone], count: int, *options: str) -> list[Sounded]:
    """What sounds on the player's channel: `count` notes at least; none of them hangs."""

    def scenario(rig: JackRig) -> list[Sounded]:
        bridge = Performance(rig, [*SETTINGS, *options])
        bridge.play(tones)
        bridge.expect(
            lambda: len(sounded(bridge.heard())) >= count and not hanging(bridge.heard()),
            len(tones) * BEAT + PATIENCE_SECONDS,
            f"{count} notes",
        )
        notes = on_channels(sounded(bridge.heard()), 0)
        assert bridge.end() == 0
        assert hanging(bridge.heard()) == []
        return notes

    return on_jack(scenario, tmp_path)


def test_keys_sound_an_octave_higher(tmp_path):
    notes = heard(tmp_path, chord(0, 1, 60) + chord(1, 1, 64), 2, "--octave", "1")
    assert [note.pitch for note in notes] == [72, 76]


def test_each_key_sounds_a_chord_of_the_key_that_was_set(tmp_path):
    options = ("--auto-chord", "triad", "--key", "G")
    notes = heard(tmp_path, chord(0, 1, 67) + chord(1, 1, 69), 6, *options)
    together = [{note.pitch % 12 for note in notes[:3]}, {note.pitch % 12 for note in notes[3:]}]
    assert together == [{7, 11, 2}, {9, 0, 4}]  # G, A minor


def test_keys_that_are_held_take_turns_in_time_with_the_song(tmp_path):
    options = ("--arpeggio", "up", "--arpeggio-rate", "1/8", "--arpeggio-octaves", "2")
    notes = heard(tmp_path, chord(0, 4, 60, 64, 67), 6, *options)
    six = [60, 64, 67, 72, 76, 79]
    assert [note.pitch for note in notes[:6]] == six
    turns = [round((note.start_seconds - notes[0].start_seconds) / TURN, 1) for note in notes[:6]]
    assert turns == pytest.approx(range(6), abs=0.4)
    assert len(notes) in (7, 8, 9)  # four beats of eighths, and not a bar more
