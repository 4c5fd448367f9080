"""Writes the melodies that travel along.

Those of `continuo play --demo` were written for Continuo; the samples of `generate --melody
NAME` are tunes in the public domain, written down here by hand. A pick-up stands at the end of a
first bar of rests, so that the bar lines are where they sound.
"""

from pathlib import Path

import mido

TICKS_PER_BEAT = 480
DEMO = Path(__file__).resolve().parent.parent / "bridge" / "demo"
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

# pitch:beats, one bar between the strokes.
MELODIES = {
    "first_light": (
        (4, 4),
        132,
        "G4:1 A4:1 B4:1 D5:1 | C5:1 B4:1 A4:2 | B4:1 D5:1 E5:1 D5:.5 C5:.5 | B4:1 G4:1 A4:2 |"
        "D5:1.5 E5:.5 D5:1 B4:1 | C5:1 E5:1 D5:2 | G5:1 F#5:1 E5:1 D5:1 | C5:.5 B4:.5 A4:1 G4:2",
    ),
    "ferry_waltz": (
        (3, 4),
        126,
        "F4:2 A4:1 | C5:2 Bb4:1 | A4:1 G4:1 Bb4:1 | A4:3 |"
        "D5:2 C5:1 | Bb4:1 A4:1 D5:1 | C5:1.5 Bb4:.5 G4:1 | F4:3",
    ),
}

SAMPLES = {
    "ode_to_joy": (
        (4, 4),
        120,
        "B4:1 B4:1 C5:1 D5:1 | D5:1 C5:1 B4:1 A4:1 | G4:1 G4:1 A4:1 B4:1 | B4:1.5 A4:.5 A4:2 |"
        "B4:1 B4:1 C5:1 D5:1 | D5:1 C5:1 B4:1 A4:1 | G4:1 G4:1 A4:1 B4:1 | A4:1.5 G4:.5 G4:2",
    ),
    "twinkle": (
        (4, 4),
        112,
        "F4:1 F4:1 C5:1 C5:1 | D5:1 D5:1 C5:2 | Bb4:1 Bb4:1 A4:1 A4:1 | G4:1 G4:1 F4:2 |"
        "C5:1 C5:1 Bb4:1 Bb4:1 | A4:1 A4:1 G4:2 | C5:1 C5:1 Bb4:1 Bb4:1 | A4:1 A4:1 G4:2 |"
        "F4:1 F4:1 C5:1 C5:1 | D5:1 D5:1 C5:2 | Bb4:1 Bb4:1 A4:1 A4:1 | G4:1 G4:1 F4:2",
    ),
    "frere_jacques": (
        (4, 4),
        116,
        "F4:1 G4:1 A4:1 F4:1 | F4:1 G4:1 A4:1 F4:1 | A4:1 Bb4:1 C5:2 | A4:1 Bb4:1 C5:2 |"
        "C5:.5 D5:.5 C5:.5 Bb4:.5 A4:1 F4:1 | C5:.5 D5:.5 C5:.5 Bb4:.5 A4:1 F4:1 |"
        "F4:1 C4:1 F4:2 | F4:1 C4:1 F4:2",
    ),
    "amazing_grace": (
        (3, 4),
        84,
        "r:2 D4:1 | G4:2 B4:.5 G4:.5 | B4:2 A4:1 | G4:2 E4:1 | D4:2 D4:1 | G4:2 B4:.5 G4:.5 |"
        "B4:2 A4:1 | D5:3 | r:2 B4:1 | D5:2 B4:.5 G4:.5 | B4:2 A4:1 | G4:2 E4:1 | D4:2 D4:1 |"
        "G4:2 B4:.5 G4:.5 | B4:2 A4:1 | G4:3",
    ),
    "auld_lang_syne": (
        (4, 4),
        100,
        "r:3 C4:1 | F4:1.5 F4:.5 F4:1 A4:1 | G4:1.5 F4:.5 G4:1 A4:1 | F4:1.5 F4:.5 A4:1 C5:1 |"
        "D5:3 D5:1 | C5:1.5 A4:.5 A4:1 F4:1 | G4:1.5 F4:.5 G4:1 A4:1 | F4:1.5 D4:.5 D4:1 C4:1 |"
        "F4:4",
    ),
    "greensleeves": (
        (6, 8),
        96,
        "r:2.5 A4:.5 | C5:1 D5:.5 E5:.75 F5:.25 E5:.5 | D5:1 B4:.5 G4:.75 A4:.25 B4:.5 |"
        "C5:1 A4:.5 A4:.75 G#4:.25 A4:.5 | B4:1 G#4:.5 E4:1 A4:.5 |"
        "C5:1 D5:.5 E5:.75 F5:.25 E5:.5 | D5:1 B4:.5 G4:.75 A4:.25 B4:.5 |"
        "C5:.75 B4:.25 A4:.5 G#4:.75 F#4:.25 G#4:.5 | A4:3",
    ),
    "scarborough_fair": (
        (3, 4),
        116,
        "D4:2 D4:1 | A4:2 A4:1 | E4:1.5 F4:.5 E4:1 | D4:3 | r:1 A4:1 C5:1 | D5:2 C5:1 |"
        "A4:1 B4:1 G4:1 | A4:3 | r:2 D5:1 | D5:2 D5:1 | C5:2 A4:1 | A4:1 G4:1 F4:1 | E4:1 C4:2 |"
        "D4:2 A4:1 | G4:2 F4:1 | E4:1 D4:1 C4:1 | D4:3",
    ),
    "silent_night": (
        (6, 8),
        72,
        "G4:.75 A4:.25 G4:.5 E4:1.5 | G4:.75 A4:.25 G4:.5 E4:1.5 | D5:1 D5:.5 B4:1.5 |"
        "C5:1 C5:.5 G4:1.5 | A4:1 A4:.5 C5:.75 B4:.25 A4:.5 | G4:.75 A4:.25 G4:.5 E4:1.5 |"
        "A4:1 A4:.5 C5:.75 B4:.25 A4:.5 | G4:.75 A4:.25 G4:.5 E4:1.5 |"
        "D5:1 D5:.5 F5:.75 D5:.25 B4:.5 | C5:1.5 E5:1.5 | C5:.75 G4:.25 E4:.5 G4:.75 F4:.25 D4:.5 |"
        "C4:3",
    ),
    "when_the_saints": (
        (4, 4),
        152,
        "r:1 F4:1 A4:1 Bb4:1 | C5:4 | r:1 F4:1 A4:1 Bb4:1 | C5:4 | r:1 F4:1 A4:1 Bb4:1 |"
        "C5:2 A4:2 | F4:2 A4:2 | G4:4 | r:1 A4:1 A4:1 G4:1 | F4:3 F4:1 | A4:2 C5:2 | C5:1 Bb4:3 |"
        "r:2 A4:1 Bb4:1 | C5:2 A4:2 | F4:2 G4:2 | F4:4",
    ),
    # Swung: the first of two eighths is twice as long as the second.
    "swing_low": (
        (4, 4),
        96,
        "A4:1 F4:3 | A4:.6667 F4:.3333 F4:.6667 D4:.3333 C4:2 |"
        "F4:.6667 F4:.3333 F4:.6667 F4:.3333 A4:1 C5:1 | C5:4 | D5:1 C5:3 |"
        "A4:.6667 F4:.3333 F4:.6667 D4:.3333 C4:2 |"
        "F4:.6667 F4:.3333 F4:.6667 F4:.3333 A4:1 G4:1 | F4:4",
    ),
    "brahms_lullaby": (
        (3, 4),
        88,
        "r:2 A4:.5 A4:.5 | C5:2 A4:.5 A4:.5 | C5:2 A4:.5 C5:.5 | F5:1 E5:1.5 D5:.5 |"
        "D5:1 C5:1 G4:.5 A4:.5 | Bb4:1 G4:1 G4:.5 A4:.5 | Bb4:2 G4:.5 Bb4:.5 |"
        "E5:.5 D5:.5 C5:1 E5:1 | F5:2 F4:.5 F4:.5 | F5:2 D5:.5 Bb4:.5 | C5:2 A4:.5 F4:.5 |"
        "Bb4:1 C5:1 D5:1 | C5:2 F4:.5 F4:.5 | F5:2 D5:.5 Bb4:.5 | C5:2 A4:.5 F4:.5 |"
        "Bb4:1 A4:1 G4:1 | F4:3",
    ),
    "god_rest_you_merry": (
        (4, 4),
        120,
        "r:3 E4:1 | E4:1 B4:1 B4:1 A4:1 | G4:1 F#4:1 E4:1 D4:1 | E4:1 F#4:1 G4:1 A4:1 |"
        "B4:3 E4:1 | E4:1 B4:1 B4:1 A4:1 | G4:1 F#4:1 E4:1 D4:1 | E4:1 F#4:1 G4:1 A4:1 |"
        "B4:3 B4:1 | C5:1 A4:1 B4:1 C5:1 | D5:1 E5:1 B4:1 A4:1 | G4:1 E4:1 F#4:1 G4:1 |"
        "A4:2 G4:1 A4:1 | B4:2 C5:1 B4:1 | B4:1 A4:1 G4:1 F#4:1 | E4:2 G4:.5 F#4:.5 E4:1 |"
        "A4:2 G4:1 A4:1 | B4:1 C5:1 D5:1 E5:1 | B4:1 A4:1 G4:1 F#4:1 | E4:4",
    ),
    "oh_susanna": (
        (4, 4),
        144,
        "r:3 F4:.5 G4:.5 | A4:1 C5:1 C5:1.5 D5:.5 | C5:1 A4:1 F4:1.5 G4:.5 |"
        "A4:1 A4:1 G4:1 F4:1 | G4:3 F4:.5 G4:.5 | A4:1 C5:1 C5:1.5 D5:.5 |"
        "C5:1 A4:1 F4:1.5 G4:.5 | A4:1 A4:1 G4:1 G4:1 | F4:4 | Bb4:2 Bb4:2 | D5:1 D5:2 D5:1 |"
        "C5:1 C5:1 A4:1 F4:1 | G4:3 F4:.5 G4:.5 | A4:1 C5:1 C5:1.5 D5:.5 |"
        "C5:1 A4:1 F4:1.5 G4:.5 | A4:1 A4:1 G4:1 G4:1 | F4:4",
    ),
}


def pitch_of(name: str) -> int:
    """Turn `F#5` into a MIDI pitch (C4 is 60)."""
    shift = name.count("#") - name[1:].count("b")
    return 12 * (int(name[-1]) + 1) + STEPS[name[0]] + shift


def notes_of(score: str) -> list[tuple[float, float, int, int]]:
    """List (start, duration, pitch, velocity); bar lines and high notes get a little more."""
    notes, start = [], 0.0
    for bar in score.split("|"):
        for i, token in enumerate(bar.split()):
            name, _, beats = token.partition(":")
            if name != "r":
                velocity = 74 + (10 if i == 0 else 0) + (pitch_of(name) - 67) // 2
                notes.append((start, float(beats), pitch_of(name), velocity))
            start += float(beats)
    return notes


def track_of(title: str, meter: tuple[int, int], bpm: int, score: str) -> mido.MidiTrack:
    """Build the one track of a melody file."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=title.replace("_", " "))])
    track.append(mido.MetaMessage("time_signature", numerator=meter[0], denominator=meter[1]))
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
    now = 0
    for start, beats, pitch, velocity in notes_of(score):
        first, last = (round(beat * TICKS_PER_BEAT) for beat in (start, start + beats))
        track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=first - now))
        track.append(mido.Message("note_off", note=pitch, velocity=64, time=last - first))
        now = last
    return track


def main() -> None:
    """Write every melody into the package."""
    for folder, tunes in (("melodies", MELODIES), ("samples", SAMPLES)):
        (DEMO / folder).mkdir(exist_ok=True)
        for title, (meter, bpm, score) in tunes.items():
            file = mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_BEAT)
            file.tracks.append(track_of(title, meter, bpm, score))
            file.save(DEMO / folder / f"{title}.mid")


if __name__ == "__main__":
    main()
