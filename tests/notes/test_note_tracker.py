import mido
from hypothesis import given
from hypothesis import strategies as st

from bridge.notes.note_tracker import NoteTracker


def on(pitch: int, channel: int = 0) -> mido.Message:
    return mido.Message("note_on", note=pitch, channel=channel)


def off(pitch: int, channel: int = 0) -> mido.Message:
    return mido.Message("note_off", note=pitch, channel=channel)


def test_a_repeated_note_is_released_before_it_is_struck_again():
    voices = NoteTracker()
    assert voices.strike("a", on(60)) == [on(60)]
    assert voices.strike("b", on(60)) == [off(60), on(60)]


def test_a_key_sounds_until_its_last_holder_lets_go():
    voices = NoteTracker()
    voices.strike("thru", on(60))
    voices.strike("loop", on(60))
    assert voices.release("thru", off(60)) == []
    assert voices.release("loop", off(60)) == [off(60)]


def test_a_key_struck_twice_by_one_hand_is_released_by_its_first_release():
    voices = NoteTracker()
    voices.strike("thru", on(60))
    voices.strike("thru", on(60))
    assert voices.release("thru", off(60)) == [off(60)]
    assert voices.release("thru", off(60)) == []


def test_the_same_pitch_on_two_channels_is_two_keys():
    voices = NoteTracker()
    voices.strike("a", on(60, 0))
    assert voices.strike("b", on(60, 1)) == [on(60, 1)]


def test_panic_releases_what_sounds_first_and_then_resets_the_channels_used():
    voices = NoteTracker()
    voices.strike("a", on(60, 0))
    voices.strike("b", on(48, 2))
    messages = voices.panic()
    assert messages[:2] == [off(60, 0), off(48, 2)]
    resets = [(m.channel, m.type, getattr(m, "control", None)) for m in messages[2:]]
    assert resets == [
        (channel, kind, control)
        for channel in (0, 2)
        for kind, control in (
            ("control_change", 123), ("control_change", 64), ("pitchwheel", None)
        )
    ]  # fmt: skip
    assert voices.release("a", off(60, 0)) == []


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abc"), st.integers(60, 61)), max_size=40))
def test_strikes_and_releases_always_take_turns(steps):
    voices, sounding = NoteTracker(), set()
    out = [
        m
        for strikes, holder, pitch in steps
        for m in (
            voices.strike(holder, on(pitch)) if strikes else voices.release(holder, off(pitch))
        )
    ]
    for message in out + voices.panic():
        if message.type == "note_on":
            assert message.note not in sounding
            sounding.add(message.note)
        elif message.type == "note_off":
            sounding.remove(message.note)
    assert not sounding
