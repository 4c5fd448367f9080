"""What the terminal shows of what is heard."""

import io
import os

import mido
import pytest
from patience import PATIENCE_SECONDS

from bridge.reports import (
    BeatReport,
    NoticeReport,
    Reply,
    SavedReport,
    SoundReport,
    StateReport,
    StatusLine,
    TakeReport,
)
from bridge.terminal.piano_roll import voices_of
from bridge.terminal.view import RollView, TerminalView, legend
from models.music.clip import Composition, Track

CHOIR = [(0, "melody"), (1, "alto"), (2, "tenor"), (3, "bass")]


def sound(position, kind, pitch, channel=0, velocity=80):
    message = mido.Message(kind, note=pitch, channel=channel, velocity=velocity)
    return SoundReport(position, message, 0.0)


def played(*notes, channel=0):
    for start, end, pitch in notes:
        yield sound(start, "note_on", pitch, channel)
        yield sound(end, "note_off", pitch, channel)


def bar_lines(scene, reports, length=4.0, bars=1):
    for report in reports:
        scene.take(report)
    begin = (bars - 1) * length
    scene.take(BeatReport(bars, 1, 100, begin))
    return [line.plain for line in scene.take(BeatReport(bars + 1, 1, 100, begin + length))]


def test_a_bar_is_shown_with_a_row_a_pitch_and_a_letter_a_voice():
    scene = RollView(4.0, voices=voices_of(CHOIR))
    reports = [*played((0, 1, 67), (1, 3, 69)), *played((0, 4, 48), channel=3)]
    assert bar_lines(scene, reports) == [
        "bar 1     C5  Am/C",
        "     A4  │·   S───────·   │ S",
        "     G4  │S───·   ·   ·   │ S",
        "     C3  │B───────────────│ B",
    ]


def test_drums_lie_below_the_pitches_by_their_names():
    scene = RollView(4.0, voices=voices_of([(3, "bass"), (9, "drums")]))
    struck = ((0, 1, 36), (1, 2, 38), (0, 0.5, 42), (2, 2.5, 46), (3, 3.5, 31))
    reports = [*played((0, 4, 36), channel=3), *played(*struck, channel=9)]
    assert bar_lines(scene, reports)[1:] == [
        "     C2  │B───────────────│ B",
        "  o-hat  │·   ·   D─  ·   │ D",
        "    hat  │D─  ·   ·   ·   │ D",
        "  snare  │·   D───·   ·   │ D",
        "   kick  │D───·   ·   ·   │ D",
        "drum 31  │·   ·   ·   D─  │ D",
    ]


def test_the_key_stands_beside_each_bar_and_is_said_when_it_changes():
    scene = RollView(4.0, voices=voices_of(CHOIR))
    scene.take(StateReport("idle"))
    said = [line.plain for line in scene.take(Reply("key", ("Am", 0.93, 0)))]
    assert said == ["- key: Am (93% sure)"]
    assert scene.take(Reply("key", ("Am", 0.97, 0))) == []
    reports = [*played((0, 1, 67), (1, 3, 69)), *played((0, 4, 48), channel=3)]
    assert bar_lines(scene, reports)[0] == "bar 1     C5  Am/C         in Am"


def test_a_bar_of_three_four_is_twelve_columns_wide():
    lines = bar_lines(RollView(3.0), played((0, 3, 67)), length=3.0)
    assert lines[1] == "     G4  │a───────────│ a"


def test_repeated_notes_are_seen_as_two():
    lines = bar_lines(RollView(4.0, voices=voices_of(CHOIR)), played((0, 1, 67), (1, 2, 67)))
    assert lines[1] == "     G4  │S───S───·   ·   │ S"


def test_two_voices_on_one_pitch_are_both_named():
    reports = [*played((0, 4, 60), channel=1), *played((0, 4, 60), channel=2)]
    assert bar_lines(RollView(4.0, voices=voices_of(CHOIR)), reports)[1].endswith("│ A T")


def test_in_six_eight_the_columns_follow_the_dotted_pulse():
    scene = RollView(3.0, 1.5, voices_of(CHOIR))
    assert bar_lines(scene, played((1.5, 2, 67)))[1] == "     G4  │·     S─    │ S"


def test_the_bar_of_a_pickup_is_drawn_from_its_bar_line():
    scene = RollView(4.0, voices=voices_of(CHOIR))
    assert scene.take(BeatReport(0, 4, 100, -1.0)) == []
    for report in played((-1, 0, 67)):
        scene.take(report)
    lines = [line.plain for line in scene.take(BeatReport(1, 1, 100, 0.0))]
    assert lines == ["bar 0", "     G4  │·   ·   ·   S───│ S"]


def test_a_pickup_shorter_than_a_beat_is_drawn():
    scene = RollView(4.0, voices=voices_of(CHOIR))
    for report in played((-0.5, 0, 67)):
        scene.take(report)
    lines = [line.plain for line in scene.take(BeatReport(1, 1, 100, 0.0))]
    assert lines == ["bar 0", "     G4  │·   ·   ·   · S─│ S"]


def test_a_note_over_the_bar_line_goes_on_in_the_next_bar_without_a_new_onset():
    scene = RollView(4.0, voices=voices_of(CHOIR))
    assert bar_lines(scene, played((3, 6, 67)))[1] == "     G4  │·   ·   ·   S───│ S"
    later = [line.plain for line in scene.take(BeatReport(3, 1, 100, 8.0))]
    assert later[1] == "     G4  │────────·   ·   │ S"


def test_a_note_a_little_before_the_bar_line_is_shown_on_it():
    scene = RollView(4.0, voices=voices_of(CHOIR))
    scene.take(BeatReport(1, 1, 100, 0.0))
    for report in played((3.95, 5, 67)):
        scene.take(report)
    assert scene.take(BeatReport(2, 1, 100, 4.0)) == []
    assert scene.take(BeatReport(3, 1, 100, 8.0))[1].plain == "     G4  │S───·   ·   ·   │ S"


def test_chords_stand_over_the_beats_on_which_they_begin():
    reports = [
        event
        for channel, (low, high) in enumerate([(67, 69), (62, 62), (59, 60), (43, 54)])
        for event in played((0, 2, low), (2, 4, high), channel=channel)
    ]
    assert (
        bar_lines(RollView(4.0, voices=voices_of(CHOIR)), reports)[0] == "bar 1     G       D7/F#"
    )


def test_the_click_is_not_drawn():
    assert bar_lines(RollView(4.0), played((0, 1, 76), channel=15)) == []


def test_a_note_that_still_sounds_is_drawn_to_the_end_of_the_bar():
    lines = bar_lines(RollView(4.0, voices=voices_of(CHOIR)), [sound(2, "note_on", 67)])
    assert lines[1] == "     G4  │·   ·   S───────│ S"


def test_the_tracks_of_a_take_get_their_letters():
    scene = RollView(4.0)
    tracks = tuple(Track(name, channel=channel) for channel, name in CHOIR)
    scene.take(TakeReport(Composition(tracks[0], tracks[1:]), 16.0))
    assert legend(scene.voices) == "S melody, A alto, T tenor, B bass"


def test_tracks_with_the_same_initial_get_different_letters():
    assert legend(voices_of([(0, "melody"), (1, "bass"), (2, "brass")])) == (
        "M melody, B bass, R brass"
    )


def test_what_continuo_does_is_told_and_the_last_bar_is_shown_when_the_music_ends():
    scene = RollView(4.0, voices=voices_of(CHOIR))
    assert scene.take(StateReport("idle")) == []
    assert scene.take(StatusLine("waiting for you"))[0].plain == "- waiting for you"
    assert scene.take(StateReport("listening")) == []
    scene.take(BeatReport(1, 1, 100, 0.0))
    for report in played((0, 1, 67)):
        scene.take(report)
    lines = [line.plain for line in scene.take(StateReport("idle"))]
    assert [line[:7] for line in lines] == ["bar 1", "     G4"]


def test_sections_splits_and_tracks_are_told_in_words_and_only_when_they_change():
    scene = RollView(4.0)
    scene.take(StateReport("playing"))
    replies = [
        Reply("section", ("", "")),
        Reply("split", ("off", 0, 0)),
        Reply("track", ("Bass", 3, 0, 0, 1.0, 33)),
        Reply("section", ("b", "fill")),
        Reply("track", ("Bass", 3, 1, 0, 0.5, 33)),
        Reply("track", ("Bass", 3, 1, 0, 0.5, 33)),
        Reply("track", ("Bass", 3, 0, 0, 1.0, 33)),
    ]
    assert [line.plain for reply in replies for line in scene.take(reply)] == [
        "section b, then fill",
        "Bass: muted, level 0.5",
        "Bass: as written",
    ]


def test_a_quiet_view_still_tells_of_takes_and_troubles():
    scene = RollView(4.0, roll=False)
    assert bar_lines(scene, played((0, 1, 67))) == []
    assert scene.take(StateReport("playing")) == []
    assert scene.take(SavedReport("/takes/1.mid"))[0].plain == "saved: /takes/1.mid"
    assert scene.take(NoticeReport("error", "no power"))[0].plain == "no power"


def shown(stream, *reports):
    view = TerminalView(RollView(4.0), stream)
    view.start()
    for report in reports:
        view(report)
    return view.stop(timeout_seconds=PATIENCE_SECONDS)


def test_without_a_terminal_each_thing_is_one_whole_line():
    stream = io.StringIO()
    path = "/home/musician/" + "long/" * 40 + "take.mid"
    assert shown(stream, SavedReport(path), StateReport("playing"))
    assert f"saved: {path}" in stream.getvalue().splitlines()


def test_a_closed_terminal_stops_nothing():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as stream:
        assert shown(stream, *[NoticeReport("info", "la " * 99)] * 99)


def test_a_folder_that_the_terminal_cannot_spell_is_told_all_the_same():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    assert shown(stream, SavedReport("/home/Дмитрий/take.mid"), SavedReport("/next.mid"))
    told = stream.buffer.getvalue().decode("ascii").splitlines()
    assert [line.partition("/")[0] for line in told] == ["saved: ", "saved: "]
    assert told[0].endswith("/take.mid")


def test_a_band_of_more_voices_than_letters_is_shown():
    voices = voices_of([(i % 16, f"voice {i}") for i in range(40)])
    assert len(voices) == 16
    assert all(len(voice.letter) == 1 for voice in voices.values())


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_without_box_drawing_gets_plain_characters(encoding):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    view = TerminalView(RollView(4.0), stream)
    view.start()
    for report in [BeatReport(1, 1, 100, 0.0), *played((0, 1, 67))]:
        view(report)
    assert view.stop(timeout_seconds=PATIENCE_SECONDS)
    assert "|a---.   .   .   | a" in stream.buffer.getvalue().decode("ascii")
