"""The clip selected in Live edited, extended and filled, by small models, over UDP."""

import pytest
from live_proof_run import BEATS, SCENE, notes_of, running_live
from toy_models import save_toys

pytestmark = pytest.mark.ports


@pytest.fixture(scope="module", params=["mender", "goeson", "heldchord"])
def live(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    save_toys(folder / "models")
    with running_live(folder, "--model", request.param, "--extension", "1") as live:
        yield request.param, live


def starts(clip):
    return [(note[1], note[0]) for note in notes_of(clip)]


def test_the_selected_clip_is_edited_extended_or_accompanied_by_what_the_model_does(live):
    model, live = live
    scene, tracks, *_ = live.ask("live/harmonise", "verse", answer="live/written")[1:]
    clips, lead = live.clips(scene), starts(live.clip)
    if model == "mender":
        assert (tracks, starts(clips["Continuo Edited"])) == (1, lead)  # nothing of it is low
    elif model == "goeson":
        more = [(BEATS + beat, 69) for beat in range(4)]
        assert (tracks, starts(clips["Continuo Extended"])) == (1, [*lead, *more])
        assert clips["Continuo Extended"].loop_end == BEATS + 4
    else:
        assert tracks == 4
        assert len(notes_of(clips["Continuo Bass"])) == 4
    assert clips["Lead"] is live.clip if scene == SCENE else True


def test_what_the_loop_bracket_is_around_is_filled_beside_the_clip(live):
    model, live = live
    clip, lead = live.clip, starts(live.clip)
    clip._looping, clip._bounds = True, {"loop_start": 4.0, "loop_end": 8.0}
    depth = live.world.song._undo_depth if hasattr(live.world.song, "_undo_depth") else 0
    take_id, scene, *_ = live.ask("live/fill", "hole", answer="live/written")
    clips = live.clips(scene)
    assert take_id == "hole"
    if model == "goeson":
        around = [note for note in lead if not 4 <= note[0] < 8]
        filled = starts(clips["Continuo Filled"])
        assert filled == sorted([*around, *((float(beat), 74) for beat in range(4, 8))])
    elif model == "heldchord":
        assert [beat for beat, _ in starts(clips["Continuo Bass"])] == [4.0]
    else:
        assert starts(clips["Continuo Edited"]) == lead
    assert starts(clip) == lead
    assert depth == 0


def test_a_bracket_around_the_whole_clip_is_answered_with_what_to_do(live):
    _, live = live
    live.clip._bounds = {"loop_start": 0.0, "loop_end": BEATS}
    said = live.ask("live/fill", "all", answer="error")
    assert "around what to fill" in str(said)


def test_a_chain_is_written_beside_the_clip(tmp_path):
    save_toys(tmp_path / "models")
    chain = ("--model", "mender", "--then", "heldchord", "--then", "goeson", "--extension", "1")
    with running_live(tmp_path, *chain) as live:
        lead = starts(live.clip)
        scene, tracks, *_ = live.ask("live/harmonise", "verse", answer="live/written")[1:]
        clips = live.clips(scene)
    assert tracks == 4
    more = [(BEATS + beat, 69) for beat in range(4)]
    assert starts(clips["Continuo Extended"]) == [*lead, *more]
    assert [beat for beat, _ in starts(clips["Continuo Bass"])] == [0.0, 4.0, 8.0, 12.0]
