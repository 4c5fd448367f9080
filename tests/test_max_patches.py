import json
import re
import struct
import subprocess
import sys
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from max_machine import Machine, messages_of
from system import need_module

from bridge.events import TakeReport
from bridge.osc.clips import clip_messages
from bridge.osc.incoming import check
from bridge.osc.server import EVENTS_PORT, PORT
from bridge.osc.table import INCOMING, OUTGOING, STATES
from models.clip import Clip, Composition, Note, Track

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "max_patches"
PANEL, HELP, DEVICE = "continuo.maxpat", "continuo.help.maxpat", "Continuo.amxd"
FILES = (PANEL, HELP, DEVICE)
EVENTS = {address.path: address for address in OUTGOING}
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


def chunks(content):
    """The chunks of an .amxd: (tag, content)."""
    found = []
    while content:
        size = struct.unpack("<I", content[4:8])[0]
        assert len(content) >= 8 + size, "a chunk is longer than the file"
        found.append((content[:4], content[8 : 8 + size]))
        content = content[8 + size :]
    return found


def load(name):
    content = (FOLDER / name).read_bytes()
    if name == DEVICE:
        content = dict(chunks(content))[b"ptch"].removesuffix(b"\0")
    return json.loads(content)["patcher"]


def levels(patcher):
    """The patcher, and those inside it."""
    yield patcher
    for entry in patcher["boxes"]:
        if "patcher" in entry["box"]:
            yield from levels(entry["box"]["patcher"])


def boxes_of(name):
    return [entry["box"] for level in levels(load(name)) for entry in level["boxes"]]


def shown_boxes(name):
    return [box for box in boxes_of(name) if box.get("presentation")]


def words_of(box):
    """The words of a box that a cord cannot bring."""
    return messages_of(box.get("text", "")) if box["maxclass"] in ("message", "newobj") else []


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


def test_the_patches_are_those_that_the_table_gives(tmp_path):
    command = [sys.executable, "-m", "tools.max_patches", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    for name in FILES:
        is_same = (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()
        assert is_same, f"{name} is old: run python -m tools.max_patches"


@pytest.mark.parametrize("name", FILES)
def test_every_cord_ends_at_an_inlet_and_begins_at_an_outlet(name):
    for level in levels(load(name)):
        boxes = {entry["box"]["id"]: entry["box"] for entry in level["boxes"]}
        assert len(boxes) == len(level["boxes"]), "an id is there twice"
        for box in boxes.values():
            assert len(box.get("outlettype", [])) == box["numoutlets"]
            assert len(box["patching_rect"]) == 4
        for entry in level["lines"]:
            (source, outlet), (target, inlet) = (
                entry["patchline"][end] for end in ("source", "destination")
            )
            assert outlet < boxes[source]["numoutlets"]
            assert inlet < boxes[target]["numinlets"]


@pytest.mark.parametrize("name", FILES)
def test_a_linter_that_knows_the_reference_of_max_finds_no_error(name, tmp_path):
    need_module("py2max")
    from py2max import Patcher
    from py2max.lint import lint

    plain = tmp_path / "plain.maxpat"
    plain.write_text(json.dumps({"patcher": load(name)}))
    findings = lint(Patcher.from_file(plain))
    assert [str(f) for f in findings if f.severity == "error"] == []
    assert [str(f) for f in findings if f.code == "W-UNKNOWN-OBJECT"] == []


@pytest.mark.parametrize("name", FILES)
def test_every_address_in_a_patch_is_one_of_the_table(name):
    known = {address.path for address in INCOMING} | EVENTS.keys()
    used = [w for b in boxes_of(name) for m in words_of(b) for w in m if str(w).startswith("/")]
    assert set(used) <= known
    assert used


@pytest.mark.parametrize("name", FILES)
def test_every_message_box_sends_what_continuo_takes(name):
    calls = [
        message
        for box in boxes_of(name)
        if box["maxclass"] == "message"
        for message in words_of(box)
        if message and str(message[0]).startswith("/")
    ]
    assert calls
    for path, *values in calls:
        check(path, values)


def test_the_help_patch_has_an_example_of_every_address_and_shows_every_event():
    boxes = boxes_of(HELP)
    clicks = {m[0] for b in boxes if b["maxclass"] == "message" for m in words_of(b) if m}
    assert {address.path for address in INCOMING} <= clicks
    routed = {box["text"].split()[1] for box in boxes if box.get("text", "").startswith("route ")}
    assert routed == EVENTS.keys()
    comments = " ".join(box["text"] for box in boxes if box["maxclass"] == "comment")
    for address in (*INCOMING, *OUTGOING):
        assert address.description in comments


def test_a_click_in_the_help_patch_goes_out_and_what_comes_is_shown():
    machine = Machine(load(HELP))
    machine.start()
    assert machine.sent == [("/continuo/subscribe", 11031)]
    for box in machine.boxes.values():
        if box.kind == "message" and "melody/note" in box.text:
            machine.deliver(box, 0, ())
    assert machine.sent[1:] == [("/continuo/melody/note", 60, 0.0, 1.0, 80, 0)]
    machine.receive("/continuo/late", 4.5)
    shown = [b for b in machine.boxes.values() if b.kind == "message" and b.content == [(4.5,)]]
    assert len(shown) == 1


def test_all_three_may_be_open_at_once():
    ports = []
    for name in FILES:
        texts = [box.get("text", "") for box in boxes_of(name)]
        assert [t for t in texts if t.startswith("udpsend")] == [f"udpsend 127.0.0.1 {PORT}"]
        (receiver,) = (int(t.split()[1]) for t in texts if t.startswith("udpreceive"))
        assert f"/continuo/subscribe {receiver}" in texts
        ports.append(receiver)
    assert ports[0] == EVENTS_PORT
    assert len({*ports, PORT}) == 4


def test_the_device_is_the_container_that_live_reads():
    content = (FOLDER / DEVICE).read_bytes()
    assert [(tag, len(data)) for tag, data in chunks(content)][:2] == [(b"ampf", 4), (b"meta", 4)]
    kind, meta, patch = (data for _, data in chunks(content))
    assert (kind, struct.unpack("<I", meta)[0]) == (b"mmmm", 1)
    assert patch.endswith(b"\n\0")
    project = load(DEVICE)["project"]
    assert project["amxdtype"] == int.from_bytes(kind, "big") == 1835887981


def without_place(box):
    """A box without what may differ between the two panels."""
    keys = {"presentation", "presentation_rect", "fontsize"}
    if box.get("text") == "p roll":  # it knows how large the screen is
        keys.add("patcher")
    return {key: value for key, value in box.items() if key not in keys}


def test_the_device_is_the_panel_with_midi_going_through():
    panel, device = (load(name) for name in (PANEL, DEVICE))
    own = device.keys() - panel.keys()
    assert own == {"openrect", "devicewidth", "latency", "project"}
    assert device["parameters"] == panel["parameters"]
    assert device["lines"][:-1] == panel["lines"]
    *same, midi_in, midi_out = (entry["box"] for entry in device["boxes"])
    assert (midi_in["text"], midi_out["text"]) == ("midiin", "midiout")
    assert device["lines"][-1]["patchline"]["source"] == [midi_in["id"], 0]
    different = [
        (a.get("text"), b.get("text"))
        for a, b in zip((e["box"] for e in panel["boxes"]), same, strict=True)
        if without_place(a) != without_place(b)
    ]
    assert different == [
        ("udpreceive 11021 @defer 1", "udpreceive 11041 @defer 1"),
        ("loadbang", "live.thisdevice"),
        ("/continuo/subscribe 11021", "/continuo/subscribe 11041"),
        ("route 11021", "route 11041"),
        ("sprintf /continuo/generate max-%ld", "sprintf /continuo/generate live-%ld"),
    ]


def test_what_can_be_automated_has_a_name_of_its_own():
    names = [
        box["saved_attribute_attributes"]["valueof"]["parameter_longname"]
        for box in boxes_of(DEVICE)
        if box.get("parameter_enable")
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert {"Temperature", "Generate", "Panic", "Bars", "Tempo", "Mode", "Clock"} <= set(names)
    banks = load(DEVICE)["parameters"]["parameterbanks"]["0"]["parameters"]
    assert len(banks) == 8
    assert set(banks) <= set(names)


@pytest.mark.parametrize(("name", "size"), [(PANEL, (784, 496)), (DEVICE, (748, 169))])
def test_nothing_on_a_panel_lies_over_something_else_or_outside(name, size):
    boxes = [box for box in shown_boxes(name) if box["maxclass"] != "panel"]
    for box in boxes:
        x, y, width, height = box["presentation_rect"]
        assert x >= 0
        assert y >= 0
        assert x + width <= size[0]
        assert y + height <= size[1], box["varname"]
    for one, other in combinations(boxes, 2):
        (ax, ay, aw, ah), (bx, by, bw, bh) = (b["presentation_rect"] for b in (one, other))
        apart = ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay
        assert apart, (one["varname"], other["varname"])


@pytest.mark.parametrize("name", [PANEL, DEVICE])
def test_a_panel_that_is_opened_asks_for_everything_it_shows(name):
    machine = Machine(load(name))
    machine.press("dial1", 0.9)
    assert machine.sent == [], "a dial that Live restores was sent"
    machine.start()
    (subscribed,) = machine.sent
    machine.receive("/continuo/subscribed", subscribed[1], 1)
    asked = [path for path, *_ in machine.sent[1:]]
    assert asked == ["/continuo/model/list", "/continuo/status", "/continuo/control/list"]
    machine.wait(2000)
    machine.receive("/continuo/subscribed", 4711, 1)
    machine.receive("/continuo/subscribed", subscribed[1], 1)
    assert len(machine.sent) == 4, "what was known was asked for again"


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
