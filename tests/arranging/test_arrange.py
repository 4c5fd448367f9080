"""Lead sheets arranged: each style sounds like itself, and follows the chords."""

from itertools import pairwise

import pytest

from models.arranging.arrange import arrange
from models.arranging.drum_grooves import KICKS, RIDES, SNARES, groove, swing_of
from models.arranging.folk import FOLK
from models.arranging.jazz import JAZZ
from models.arranging.lead_sheet import LeadSheet, block_chords, plain
from models.arranging.pop import POP
from models.arranging.write import write_arrangements
from models.data.piece import DatasetError
from models.data.prepare import prepare
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap

STYLES = (POP, JAZZ, FOLK)
CHORDS = ((48, 52, 55), (53, 57, 60, 63), (55, 59, 62, 65), (48, 52, 55, 59))


FOUR = Meter(4, 4)


def composition(meter=FOUR, bars=16):
    size = meter.beats_per_bar
    tune = [Note(size * b + i, 1.0, 60 + (5 * b + 2 * i) % 12) for b in range(bars) for i in (0, 1)]
    named = [Note(size * b, size, p) for b in range(bars) for p in CHORDS[b % 4]]
    chords = Track("Chords", Clip(tuple(named)), "chords", channel=1)
    return Composition(
        Track("Melody", Clip(tuple(tune))), (chords,), meter=MeterMap.constant(meter)
    )


def sheet(meter=FOUR, bars=16):
    whole = composition(meter, bars)
    chords = block_chords(whole.accompaniment[0].clip, whole.length)
    return LeadSheet("tune", whole, meter, chords)


def part(whole, name):
    return next(t for t in whole.accompaniment if t.name == name).clip.notes


class TestStyles:
    @pytest.mark.parametrize("style", STYLES, ids=lambda s: s.name)
    @pytest.mark.parametrize("meter", [Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(2, 4)], ids=str)
    def test_every_part_plays_in_every_meter(self, style, meter):
        whole = arrange(sheet(meter), style, (), 0)
        assert all(t.clip.notes for t in whole.accompaniment)
        assert whole.length == pytest.approx(16 * meter.beats_per_bar, abs=0.5)

    @pytest.mark.parametrize("style", STYLES, ids=lambda s: s.name)
    def test_what_is_held_belongs_to_the_chord(self, style):
        lead = sheet()
        whole = arrange(lead, style, (), 0)
        for note in part(whole, style.parts[0].name):
            chord = lead.chord_at(note.start + 0.1)
            assert note.pitch % 12 in chord.tones

    def test_a_jazz_bass_walks_and_leads_to_the_next_chord(self):
        notes = [n for n in part(arrange(sheet(), JAZZ, (), 0), "Bass") if n.start >= 32]
        on_beats = [n for n in notes if n.start == int(n.start)]
        assert len(on_beats) >= 0.9 * 32
        leading = [
            abs(a.pitch - b.pitch) <= 2
            for a, b in pairwise(on_beats)
            if b.start % 4 == 0 and b.start - a.start == 1
        ]
        assert sum(leading) >= 0.9 * len(leading)

    def test_the_ride_leads_jazz_and_a_backbeat_leads_pop(self):
        jazz = part(arrange(sheet(), JAZZ, (), 0), "Drums")
        pop = part(arrange(sheet(), POP, (), 0), "Drums")
        assert sum(n.pitch in RIDES for n in jazz) >= 16 * 5
        backbeats = {n.start for n in pop if n.pitch in SNARES and n.start % 4 in (1, 3)}
        assert len(backbeats) >= 0.8 * 32
        assert sum(n.pitch == 42 for n in pop) >= 16 * 7

    def test_a_folk_guitar_alternates_bass_and_strum(self):
        notes = part(arrange(sheet(bars=8), FOLK, (), 0), "Guitar")
        low = {n.start for n in notes if n.start % 2 == 0 and n.pitch < 56}
        assert len(low) >= 0.9 * 16

    def test_the_same_seed_writes_the_same(self):
        assert arrange(sheet(), POP, (), 3) == arrange(sheet(), POP, (), 3)
        assert arrange(sheet(), POP, (), 3) != arrange(sheet(), POP, (), 4)


class TestDrumTakes:
    def swung(self):
        """A ride pattern, swung at 2:1 and played a little late."""
        beats = [b + off for b in range(32) for off in ((0.0, 2 / 3) if b % 2 else (0.0,))]
        return [Note(beat + 0.02, 0.1, 59 if i % 2 else 22, 70) for i, beat in enumerate(beats)]

    def test_swing_is_found_and_taken_out(self):
        assert swing_of([n.start for n in self.swung()]) == pytest.approx(0.687, abs=0.01)
        take = groove(self.swung(), Meter(4, 4), "take", "jazz")
        assert take.is_swung
        assert {round(n.start % 1, 1) for bar in take.bars for n in bar} <= {0.0, 0.5, 1.0}

    def test_pads_of_a_kit_become_general_midi(self):
        take = groove(self.swung(), Meter(4, 4), "take", "jazz")
        assert {n.pitch for bar in take.bars for n in bar} == {42, 59}

    def test_a_take_is_played_bar_by_bar(self):
        kick = [Note(float(b), 0.1, 36, 60 + b) for b in range(0, 32, 2)]
        snare = [Note(float(b), 0.1, 38, 90) for b in range(1, 32, 2)]
        hats = [Note(b / 2 + 0.01, 0.1, 42, 70) for b in range(64)]
        take = groove([*kick, *snare, *hats], Meter(4, 4), "take", "pop")
        whole = arrange(sheet(bars=7), POP, [take], 0)
        loud = [n.velocity for n in part(whole, "Drums") if n.pitch in KICKS]
        assert loud == [60 + b for b in range(0, 28, 2)]


class TestFolder:
    def test_a_folder_of_lead_sheets_becomes_a_folder_of_bands(self, tmp_path):
        (tmp_path / "sheets").mkdir()
        write_composition(tmp_path / "sheets" / "tune.mid", composition())
        write_composition(tmp_path / "sheets" / "odd.mid", composition(Meter(5, 4)))
        out = tmp_path / "out"
        done = write_arrangements(tmp_path / "sheets", out, JAZZ, (), lambda i, n: None)
        assert done.pieces == 1
        assert "5/4" in done.left_out[0].reason
        roles = {t.role for t in prepare(out).tracks}
        assert roles == {"piano", "bass", "drums", "chords"}

    def test_a_folder_that_is_in_use_is_not_written_into(self, tmp_path):
        write_composition(tmp_path / "tune.mid", composition())
        with pytest.raises(DatasetError, match="give --out a new folder"):
            write_arrangements(tmp_path, tmp_path, JAZZ, (), lambda i, n: None)


def test_a_plain_chord_is_a_triad_on_its_root():
    seventh = block_chords(Clip((*(Note(0.0, 4.0, p) for p in (50, 53, 57, 60)),)), 4.0)[0]
    assert plain(seventh).tones == {2, 5, 9}
