"""Where Live's song is, as the script tells it."""


def songs(live):
    told = [values for name, values in live.received if name == "song"]
    live.received.clear()
    return told


def test_continuo_is_told_tempo_and_meter_as_soon_as_it_is_there(live):
    assert songs(live) == [(0.0, 120.0, 0, 4, 4)]


def test_nothing_is_told_before_continuo_is_there(lonely):
    lonely.song.start_playing()
    lonely.advance(3000)
    assert songs(lonely) == []


def test_a_change_of_tempo_or_meter_is_told_at_once(live):
    songs(live)
    live.song.tempo = 90.0
    live.advance(20)
    assert songs(live) == [(0.0, 90.0, 0, 4, 4)]
    live.song.signature_numerator = 3
    live.advance(20)
    assert songs(live) == [(0.0, 90.0, 0, 3, 4)]


def test_while_it_plays_the_position_is_told_ten_times_a_second(live):
    live.song.start_playing()
    live.advance(200)
    songs(live)
    live.advance(1000)
    told = songs(live)
    assert len(told) in (10, 11)
    beats = [beat for beat, *_ in told]
    steps = [beats[i + 1] - beats[i] for i in range(len(beats) - 1)]
    assert all(0.17 < step < 0.23 for step in steps)
    assert all(values[1:] == (120.0, 1, 4, 4) for values in told)


def test_start_and_stop_are_told_at_once(live):
    songs(live)
    live.song.start_playing()
    live.advance(120)  # Live's tick, and the timer
    assert songs(live)[0][2] == 1
    live.song.stop_playing()
    live.advance(120)
    assert songs(live)[-1][2] == 0


def test_going_elsewhere_is_told_at_once_playing_or_not(live):
    songs(live)
    live.song.current_song_time = 16.0
    live.advance(110)
    assert songs(live) == [(16.0, 120.0, 0, 4, 4)]
    live.song.start_playing()
    live.advance(330)
    songs(live)
    live.song.current_song_time = 0.0
    live.world._tick()
    live.advance(10)
    assert songs(live)[0][0] < 0.1


def test_a_stopped_song_is_not_told_again_and_again(live):
    songs(live)
    live.advance(1500)
    assert songs(live) == []


def test_nothing_is_told_from_within_a_listener(live):
    """Live refuses changes there; the script has none, so others' listeners do not matter."""
    seen = []
    live.song.add_tempo_listener(lambda: seen.append(live.song.tempo))
    live.song.tempo = 100.0
    live.advance(20)
    assert seen == [100.0]
    assert songs(live)[-1][1] == 100.0
    assert not any(how == "listener" and of != "Song" for of, how, _, _ in live.world.touched)
