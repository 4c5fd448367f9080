"""The Max files: drawn from the table, whole, and with nothing in them that it does not know."""

import json
import struct
import subprocess
import sys
from collections import Counter
from itertools import combinations

import pytest
from max_files import (
    DEVICE,
    FILES,
    FOLDER,
    HELP,
    PANEL,
    ROOT,
    boxes_of,
    chunks,
    levels,
    load,
    shown_boxes,
    words_of,
)
from max_machine import Machine
from system_programs import need_module

from bridge.api.address import EVENTS_PORT, PORT
from bridge.api.addresses import INCOMING, OUTGOING
from bridge.api.validation import check

EVENTS = {address.path: address for address in OUTGOING}


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
    values = [
        box["saved_attribute_attributes"]["valueof"]
        for box in boxes_of(DEVICE)
        if box.get("parameter_enable")
    ]
    names = [value["parameter_longname"] for value in values]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert {"Temperature", "Generate", "Panic", "Bars", "Mode", "Clock"} <= set(names)
    hidden = [v["parameter_longname"] for v in values if "parameter_invisible" in v]
    assert hidden == ["Tempo", "Hole begin", "Hole end"]
    banks = load(DEVICE)["parameters"]["parameterbanks"]["0"]["parameters"]
    assert len(banks) == 8
    assert set(banks) <= set(names)


@pytest.mark.parametrize(("name", "size"), [(PANEL, (784, 600)), (DEVICE, (912, 169))])
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
