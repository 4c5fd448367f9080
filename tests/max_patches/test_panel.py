"""The Max panel, run by a stand-in for Max: what it sends, and what it shows."""

import re
from itertools import pairwise

import pytest
from max_files import DEVICE, PANEL, boxes_of, load, shown_boxes, words_of
from max_machine import Machine

from bridge.api.address import EVENTS_PORT, PORT
from bridge.api.addresses import STATES
from bridge.api.clip_messages import clip_messages, plan_messages
from bridge.api.validation import check
from bridge.reports import PlanReport, TakeReport
from models.music.clip import Clip, Composition, Note, Track

BUTTONS = {
    "record": "record/start",
    "end": "record/stop",
    "play": "transport/start",
    "stop": "transport/stop",
    "panic": "panic",
}
CONTROLS = (
    ("temperature", "Temperature", 0.0, 2.0, 1.0, 0.8, ""),
    ("movement", "Movement", -3.0, 3.0, 0.0, 0.0, "nats"),
    ("voice_leading", "Strict voice leading", 0.0, 1.0, 1.0, 1.0, ""),
)


def woken(name=PANEL, **options):
    """A patch that has found Continuo, with two models and three controls."""
    machine = Machine(load(name), **options)
    machine.start()
    port = next(words_of(b)[0][1] for b in boxes_of(name) if "udpreceive" in b.get("text", ""))
    machine.receive("/continuo/subscribed", port, 1)
    for number, model in enumerate(("bach", "bach-gan"), 1):
        item = (model, "accompany", "chorale", model.title(), number)
        machine.receive("/continuo/model/item", *item)
    status = ("idle", "bach", 100.0, 0.0, 4, "internal", "answer", 0.0, 0, 0, 0)
    machine.receive("/continuo/status", *status)
    for control in CONTROLS:
        machine.receive("/continuo/control/item", *control)
    machine.sent.clear()
    machine.scripts.clear()
    return machine


def text_of(machine, name):
    return " ".join(str(atom) for atom in machine.named(name).shown["set"])


@pytest.mark.parametrize("name", [PANEL, DEVICE])
def test_a_panel_that_is_opened_asks_for_everything_it_shows(name):
    machine = Machine(load(name))
    machine.press("dial1", 0.9)
    assert machine.sent == [], "a dial that Live restores was sent"
    machine.start()
    (subscribed,) = machine.sent
    machine.receive("/continuo/subscribed", subscribed[1], 1)
    asked = [path for path, *_ in machine.sent[1:]]
    questions = ("model/list", "status", "section", "split", "control/list")
    assert asked == [f"/continuo/{question}" for question in questions]
    machine.wait(2000)
    machine.receive("/continuo/subscribed", 4711, 1)
    machine.receive("/continuo/subscribed", subscribed[1], 1)
    assert len(machine.sent) == 6, "what was known was asked for again"


def test_a_bridge_that_is_not_there_or_went_away_is_told_and_one_that_came_back_is_asked_anew():
    machine = Machine(load(PANEL))
    machine.start()
    machine.wait(7500)
    assert text_of(machine, "state") == "offline"
    assert "continuo play" in text_of(machine, "notice")
    machine.receive("/continuo/subscribed", EVENTS_PORT, 1)
    assert ("/continuo/status",) in machine.sent
    machine.wait(7500)
    assert text_of(machine, "state") == "offline"
    machine.sent.clear()
    machine.receive("/continuo/startup", "1.0", PORT)
    assert ("/continuo/status",) in machine.sent


@pytest.mark.parametrize("state", STATES)
def test_the_state_is_shown_in_its_word_and_its_colour(state):
    machine = woken()
    machine.receive("/continuo/state", state)
    assert text_of(machine, "state") == state
    colours = set()
    for other in STATES:
        machine.receive("/continuo/state", other)
        colours.add(machine.named("state_card").shown["bgfillcolor"])
    assert len(colours) == len(STATES)


@pytest.mark.parametrize(("button", "address"), BUTTONS.items())
def test_a_button_sends_its_message(button, address):
    machine = woken()
    machine.press(button)
    assert machine.sent == [(f"/continuo/{address}",)]


def test_generate_asks_for_a_new_take_each_time():
    machine = woken()
    machine.press("generate")
    machine.press("generate")
    (one, first), (two, second) = machine.sent
    assert one == two == "/continuo/generate"
    assert first != second
    assert re.fullmatch(r"max-\d+", first)


def test_next_keep_and_drop_mean_the_newest_clip():
    machine = woken()
    machine.press("keep")
    assert machine.sent == [("/continuo/take/keep", "")]
    machine.receive("/continuo/clip/begin", "my tune", 3, 16.0, 100.0, "bach", 7)
    machine.sent.clear()
    for verb in ("next", "keep", "drop"):
        machine.press(verb)
    assert machine.sent == [
        (f"/continuo/take/{verb}", "my tune") for verb in ("next", "keep", "drop")
    ]


@pytest.mark.parametrize("name", [PANEL, DEVICE])
def test_each_section_has_a_button_and_what_is_in_force_is_shown(name):
    machine = woken(name)
    for section in ("intro", "a", "d", "fill", "break", "ending"):
        machine.press(f"section_{section}")
        assert machine.sent.pop() == ("/continuo/section", section)
    machine.receive("/continuo/section", "a", "fill")
    assert text_of(machine, "section_said") == "section: a fill"
    machine.receive("/continuo/chord/lead", "Am7")
    assert text_of(machine, "chord_said") == "chord: Am7"


def test_the_split_is_chosen_and_follows_what_others_choose():
    machine = woken()
    machine.press("split", "C3", outlet=1)
    assert machine.sent == [("/continuo/split", "C3")]
    machine.receive("/continuo/split", "F3", 0, 1)
    assert machine.named("split").shown["setsymbol"] == ("F3",)


def test_a_hole_is_filled_between_two_beats_and_an_edit_is_told():
    machine = woken()
    machine.press("fill_begin", 4.0)
    machine.press("fill_end", 8.0)
    assert machine.sent == []
    machine.press("fill_hole")
    machine.press("extension", 4)
    assert machine.sent == [("/continuo/fill", 4.0, 8.0), ("/continuo/extension", 4)]
    machine.receive("/continuo/edit", "tune", "removed", 60, 0.0, 1.0)
    assert text_of(machine, "notice") == "the melody of tune was edited"


def test_a_model_goes_on_with_what_was_made_and_a_button_ends_the_chain():
    machine = woken()
    machine.press("then", "bach-extend", outlet=1)
    machine.press("then_none")
    assert machine.sent == [("/continuo/then", "bach-extend"), ("/continuo/then",)]
    machine.receive("/continuo/then", "bach", "bach-extend")
    assert text_of(machine, "then_label") == "then bach bach-extend"
    machine.receive("/continuo/then")
    assert text_of(machine, "then_label") == "then"


def test_menus_and_numbers_send_what_is_chosen():
    machine = woken()
    machine.press("mode", "follow", outlet=1)
    machine.press("clock", "midi", outlet=1)
    machine.press("model", "bach-gan", outlet=1)
    machine.press("bars", 8)
    machine.press("tempo", 97.5)
    assert machine.sent == [
        ("/continuo/mode", "follow"),
        ("/continuo/clock", "midi"),
        ("/continuo/model/load", "bach-gan"),
        ("/continuo/bars", 8),
        ("/continuo/transport/tempo", 97.5),
    ]
    for path, *values in machine.sent:
        check(path, values)


def test_the_panel_follows_what_others_choose():
    machine = woken()
    assert text_of(machine, "bars") == "4"
    machine.receive("/continuo/bars", 8)
    machine.receive("/continuo/mode", "loop")
    machine.receive("/continuo/clock", "midi", "found", -5.0, "120 bpm")
    machine.receive("/continuo/beat", 12, 3.0, 120.0)
    assert text_of(machine, "bars") == "8"
    assert text_of(machine, "tempo") == "120.0"
    assert machine.named("mode").shown["setsymbol"] == ("loop",)
    assert machine.named("clock").shown["setsymbol"] == ("midi",)
    assert text_of(machine, "notice") == "clock midi: found 120 bpm"
    assert text_of(machine, "beat") == "12 : 3"
    assert machine.sent == [], "an answer was sent back as a wish"


def test_the_light_flashes_and_a_bar_begins_in_another_colour():
    machine = woken()
    light = machine.named("light")
    colours = []
    for beat in (1.0, 2.0, 3.0, 1.0):
        light.memory.pop("all", None)
        machine.receive("/continuo/beat", 1, beat, 100.0)
        (word, *colour), flash = light.memory["all"]
        assert (word, flash) == ("oncolor", ())
        colours.append(colour)
    first, second, third, again = colours
    assert first == again != second == third


def test_the_model_menu_holds_each_model_once_though_others_ask_for_the_list_too():
    machine = woken()
    for _ in range(2):
        for number, model in enumerate(("bach", "bach-gan", "mine"), 1):
            item = (model, "accompany", "a style", "A title", number)
            machine.receive("/continuo/model/item", *item)
    menu = machine.named("model")
    assert menu.memory["items"] == ["bach", "bach-gan", "mine"]
    assert menu.memory["all"][-1] == ("setsymbol", "bach")


def test_the_dials_are_those_of_the_model():
    machine = woken()
    shown = [text_of(machine, f"label{i}") for i in (1, 2, 3)]
    assert shown == ["Temperature", "Movement", "Strict voice leading"]
    assert [text_of(machine, f"value{i}").strip() for i in (1, 2, 3)] == [
        "0.80",
        "0.00 nats",
        "1.00",
    ]
    assert [machine.named(f"dial{i}").shown["set"] for i in (1, 2, 3)] == [(0.4,), (0.5,), (1.0,)]


def test_dials_without_a_control_are_hidden():
    machine = Machine(load(PANEL))
    assert all(box["hidden"] for box in boxes_of(PANEL) if box["maxclass"] == "live.dial")
    machine.start()
    machine.receive("/continuo/subscribed", EVENTS_PORT, 1)
    machine.scripts.clear()
    machine.receive("/continuo/control/item", *CONTROLS[1])
    assert {script[1:] for script in machine.scripts} == {
        ("show", "label2"),
        ("show", "dial2"),
        ("show", "value2"),
    }
    machine.receive("/continuo/model/loaded", "other")
    hidden = {name for _, word, name in machine.scripts if word == "hide"}
    assert len(hidden) == 24


def test_temperature_always_is_the_first_dial():
    machine = Machine(load(PANEL))
    machine.start()
    machine.receive("/continuo/subscribed", EVENTS_PORT, 1)
    for control in reversed(CONTROLS):
        machine.receive("/continuo/control/item", *control)
    assert text_of(machine, "label1") == "Temperature"
    assert {text_of(machine, f"label{i}") for i in (2, 3)} == {"Movement", "Strict voice leading"}


def test_a_dial_sends_the_value_of_its_control_and_shows_it():
    machine = woken()
    machine.press("dial2", 0.75)
    assert machine.sent == [("/continuo/control", "movement", 1.5)]
    assert text_of(machine, "value2") == "1.50 nats"


def test_a_dial_that_is_being_turned_is_not_thrown_back_but_in_the_end_tells_the_truth():
    machine = woken()
    machine.press("dial2", 0.75)
    before = machine.named("dial2").shown["set"]
    machine.receive("/continuo/control", "movement", 1.2)
    assert machine.named("dial2").shown["set"] == before
    machine.sent.clear()
    machine.wait(500)
    assert machine.sent == [("/continuo/control/list",)]
    machine.receive("/continuo/control/item", *CONTROLS[1][:5], 1.2, "nats")
    assert machine.named("dial2").shown["set"] == pytest.approx((0.7,))


def test_a_control_turned_elsewhere_turns_the_dial():
    machine = woken()
    machine.receive("/continuo/control", "temperature", 1.5)
    machine.receive("/continuo/control", "unknown", 1.5)
    assert machine.named("dial1").shown["set"] == (0.75,)
    assert text_of(machine, "value1").strip() == "1.50"
    assert machine.sent == []


def test_more_controls_than_dials_do_no_harm():
    machine = woken()
    for i in range(12):
        machine.receive("/continuo/control/item", f"c{i}", f"C{i}", 0.0, 1.0, 0.5, 0.5, "")
    assert [text_of(machine, f"label{i}") for i in (4, 8)] == ["C0", "C4"]
    machine.press("dial8", 1.0)
    assert machine.sent == [("/continuo/control", "c4", 1.0)]


def test_a_clip_is_drawn_as_a_piano_roll():
    machine = woken()
    notes = tuple(Note(i / 4, 0.25, 48 + i % 24, 80) for i in range(256))
    tracks = tuple(Track(f"voice {n}", Clip(notes, 64.0), channel=n) for n in (1, 2))
    take = Composition(Track("melody", Clip((), 64.0)), tracks, provenance={"model": "bach"})
    screen = machine.named("roll")
    screen.memory.clear()
    for name, values in clip_messages(TakeReport(take, None, "tune")):
        machine.receive(f"/continuo/{name}", *values)
    drawn = screen.memory["all"]
    assert drawn[1] == ("clear",)
    rectangles = [command[1:] for command in drawn if command[0] == "paintrect"]
    assert len(rectangles) == 2 * len(notes)
    width, height = next(
        box["presentation_rect"][2:] for box in shown_boxes(PANEL) if box["varname"] == "roll"
    )
    for left, top, right, bottom in rectangles:
        assert 0 <= left < right <= width + 1
        assert 0 <= top < bottom <= height
    assert all(one[0] <= other[0] for one, other in pairwise(rectangles[: len(notes)]))
    assert rectangles[0][1] > rectangles[1][1], "a higher note lies higher"
    assert len({c for c in drawn if c[0] == "frgb"}) == 2, "each track has its colour"
    assert text_of(machine, "clip").startswith("tune: 2 tracks 64.0 beats by bach")


def test_the_bar_that_is_planned_is_drawn_and_a_better_plan_takes_its_place():
    machine = woken()
    screen = machine.named("roll")
    tracks = [
        Track(f"voice {n}", Clip((Note(0.0, 1.0, 60 + n), Note(2.0, 1.0, 64)), 3.0)) for n in (1, 2)
    ]
    for is_committed in (False, True):
        screen.memory.clear()
        report = PlanReport(5, 12.0, tracks, is_committed)
        for name, values in plan_messages(report):
            machine.receive(f"/continuo/{name}", *values)
        drawn = screen.memory["all"]
        assert drawn.count(("clear",)) == 1
        assert drawn.index(("clear",)) < 2
        lines = [command for command in drawn if command[0] == "linesegment"]
        assert [line[1] for line in lines] == [0, 253, 506], "three beats in the bar"
        rectangles = [command[1:] for command in drawn if command[0] == "paintrect"]
        assert [(left, right) for left, _, right, _ in rectangles] == [(1, 254), (507, 761)] * 2
    assert text_of(machine, "clip") == "coming: bar 5"


def test_faults_and_news_come_into_one_line():
    machine = woken()
    machine.receive("/continuo/error", "/continuo/bars", "bars must be in range 1..64, got 99; no")
    assert text_of(machine, "notice") == "/continuo/bars: bars must be in range 1..64, got 99; no"
    machine.receive("/continuo/notice", "warning", "the clock is lost")
    assert text_of(machine, "notice") == "the clock is lost"
    machine.receive("/continuo/take", "tune", "kept")
    assert text_of(machine, "notice") == "tune is kept"
    machine.receive("/continuo/late", 4.25)
    assert text_of(machine, "notice") == "a note went out 4.2 ms late"
    machine.receive("/continuo/worker", "restarted", "it was killed")
    assert text_of(machine, "worker") == "composer restarted it was killed"


def scene(*, is_mirrored):
    """What a panel sends, and shows at last, in a lively minute."""
    machine = woken(is_mirrored=is_mirrored)
    machine.press("dial3", 0.5)
    machine.wait(1000)
    machine.press("generate")
    machine.receive("/continuo/clip/begin", "tune", 1, 4.0, 100.0, "bach", 7)
    machine.receive("/continuo/clip/notes", "tune", 1, 0, 60, 0.0, 1.0, 80, 0, 64, 1.0, 1.0, 80, 0)
    machine.receive("/continuo/plan", 2, 4.0, 1, 0, 60, 0.0, 1.0, 80, 0)
    machine.receive("/continuo/beat", 2, 1.0, 100.0)
    machine.receive("/continuo/model/loaded", "bach-gan")
    machine.receive("/continuo/control/item", *CONTROLS[2])
    machine.press("keep")
    machine.wait(8000)
    shown = {box.name: box.memory.get("all") for box in machine.boxes.values() if box.name}
    return sorted(map(str, machine.sent)), shown


def test_nothing_hangs_on_where_a_box_lies_in_the_patch():
    """Max sends to the right first: where the order matters, a trigger must say so."""
    assert scene(is_mirrored=False) == scene(is_mirrored=True)
