"""When a hand has settled on a chord."""

from bridge.notes.chord_hand import LEGATO_SECONDS, SETTLE_SECONDS, ChordHand

C, E, G, A = (0, 48), (0, 52), (0, 55), (0, 57)


def strike(hand: ChordHand, *keys, begin: float = 0.0, apart: float = 0.0) -> float:
    """Strike keys one after the other; give the instant of the last."""
    for i, key in enumerate(keys):
        hand.strike(key, begin + i * apart)
    return begin + (len(keys) - 1) * apart


def name(hand: ChordHand, now: float) -> str:
    settled = hand.settle(now)
    return settled.chord.name if settled else ""


def test_a_chord_is_heard_40_ms_after_its_last_key():
    hand = ChordHand()
    last = strike(hand, C, E, G, apart=0.01)
    assert name(hand, last + SETTLE_SECONDS - 0.001) == ""
    assert hand.settles_at_seconds == last + SETTLE_SECONDS
    assert name(hand, last + SETTLE_SECONDS) == "C"
    assert hand.settles_at_seconds is None


def test_a_rolled_chord_is_one_chord_meant_for_its_first_key():
    hand = ChordHand()
    last = strike(hand, A, (0, 60), (0, 64), (0, 67), begin=1.0, apart=0.035)
    for step in range(4):
        assert name(hand, 1.0 + step * 0.035) == ""
    settled = hand.settle(last + SETTLE_SECONDS)
    assert settled is not None
    assert (settled.chord.name, settled.at_seconds) == ("Am7", 1.0)


def test_letting_the_keys_go_one_by_one_makes_no_other_chord():
    hand = ChordHand()
    strike(hand, C, E, G)
    assert name(hand, 1.0) == "C"
    for i, key in enumerate((C, E, G)):  # E and G alone would be Em
        hand.release(key, 2.0 + i)
        assert hand.settles_at_seconds is None


def test_a_key_held_over_from_the_chord_before_is_no_part_of_the_next():
    hand = ChordHand()
    strike(hand, C, E, G)
    assert name(hand, 1.0) == "C"
    hand.strike(A, 2.0)
    assert name(hand, 2.0 + SETTLE_SECONDS) == "C6"  # as far as anybody knows
    hand.release(G, 2.0 + LEGATO_SECONDS / 2)
    assert name(hand, 3.0) == "Am/C"


def test_a_key_alone_is_no_chord():
    hand = ChordHand()
    strike(hand, C)
    assert name(hand, 1.0) == ""
    assert hand.is_down


def test_when_the_keyboard_is_gone_nothing_is_held():
    hand = ChordHand()
    strike(hand, C, E, G)
    hand.release_all()
    assert not hand.is_down
    assert name(hand, 1.0) == ""
