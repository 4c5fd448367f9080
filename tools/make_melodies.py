"""Writes the melodies that `continuo play --demo` plays; both were written for Continuo."""

from pathlib import Path

import mido

TICKS_PER_BEAT = 480
FOLDER = Path(__file__).resolve().parent.parent / "bridge" / "demo" / "melodies"
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
            velocity = 74 + (10 if i == 0 else 0) + (pitch_of(name) - 67) // 2
            notes.append((start, float(beats), pitch_of(name), velocity))
            start += float(beats)
    return notes


def track_of(title: str, meter: tuple[int, int], bpm: int, score: str) -> mido.MidiTrack:
    """Build the one track of a melody file."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=title.replace("_", " "))])
    track.append(mido.MetaMessage("time_signature", numerator=meter[0], denominator=meter[1]))
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
    for _, beats, pitch, velocity in notes_of(score):
        ticks = round(beats * TICKS_PER_BEAT)
        track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=0))
        track.append(mido.Message("note_off", note=pitch, velocity=64, time=ticks))
    return track


def main() -> None:
    """Write every melody into the package."""
    FOLDER.mkdir(exist_ok=True)
    for title, (meter, bpm, score) in MELODIES.items():
        file = mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_BEAT)
        file.tracks.append(track_of(title, meter, bpm, score))
        file.save(FOLDER / f"{title}.mid")


if __name__ == "__main__":
    main()
