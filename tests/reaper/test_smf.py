"""The REAPER scripts' reader of MIDI files, held against Continuo's own and against noise."""

import random
import subprocess
from pathlib import Path

import mido
import pytest
from paths import ROOT
from system_programs import need_program

from models.formats.midi_read import read_score
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import TempoMap

SCRIPTS = ROOT / "reaper_scripts"
READ = """
package.path = [[SCRIPTS/?.lua]]
local smf = require("continuo.smf")
for path in io.lines() do
  local file = assert(io.open(path, "rb"))
  local song, reason = smf.parse(file:read("a"))
  file:close()
  if song then
    print("song", song.bpm, song.length)
    for _, track in ipairs(song.tracks) do
      print("track", track.name)
      for _, n in ipairs(track.notes) do
        assert(n.stop > n.start)
        print("note", n.channel, n.pitch, n.start, n.stop - n.start, n.velocity)
      end
    end
  else
    print("refused", (reason:gsub("%s", " ")))
  end
end
"""


@pytest.fixture(params=["lua5.4", "lua5.3"])
def lua(request, tmp_path):
    need_program(request.param)
    script = tmp_path / "read.lua"
    script.write_text(READ.replace("SCRIPTS", str(SCRIPTS)))

    def read(*paths: Path) -> list[list[str]]:
        done = subprocess.run(
            [request.param, script],
            input="\n".join(map(str, paths)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    return read


def notes(lines: list[list[str]]) -> list[tuple[float, ...]]:
    return sorted(tuple(float(v) for v in values) for kind, *values in lines if kind == "note")


def continuos(path: Path) -> list[tuple[float, ...]]:
    tracks = read_score(path).tracks
    return sorted(
        (t.channel, n.pitch, n.start, n.duration, n.velocity) for t in tracks for n in t.clip.notes
    )


def same(found: list[tuple[float, ...]], expected: list[tuple[float, ...]]) -> None:
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        assert a == pytest.approx(b, abs=1e-9)


def random_take(dice: random.Random) -> Composition:
    def track(name: str, channel: int) -> Track:
        made = (
            Note(dice.randrange(64) / 4, dice.choice((0.25, 0.5, 1, 2.5)), dice.randrange(128))
            for _ in range(dice.randrange(1, 40))
        )
        return Track(name, Clip(tuple(made), 16.0), channel=channel)

    voices = tuple(track(f"Stimme {i} höher", i) for i in range(1, dice.randrange(2, 6)))
    return Composition(track("melody", 0), voices, TempoMap.constant(dice.randrange(40, 240)))


def test_takes_are_read_as_continuo_reads_them(lua, tmp_path):
    dice = random.Random(5)
    for number in range(20):
        composition = random_take(dice)
        path = tmp_path / f"{number}.mid"
        write_composition(path, composition)
        lines = lua(path)
        same(notes(lines), continuos(path))
        names = [line[1] for line in lines if line[0] == "track"]
        assert names == ["Continuo", *(t.name for t in composition.tracks)]
        assert float(lines[0][1]) == pytest.approx(composition.tempo.bpm_at(0), rel=1e-5)
        assert float(lines[0][2]) == pytest.approx(composition.length)


def test_what_other_programs_write_is_read_too(lua, tmp_path):
    def on(channel: int, pitch: int, time: int, velocity: int = 64) -> mido.Message:
        return mido.Message("note_on", channel=channel, note=pitch, velocity=velocity, time=time)

    file = mido.MidiFile(type=0, ticks_per_beat=96)
    events = [
        mido.Message("sysex", data=(1, 2, 3), time=0),
        mido.Message("pitchwheel", pitch=77, time=0),
        *(on(0, 60, 0), on(1, 40, 0), on(0, 60, 48)),  # the same key twice
        *(on(0, 60, 48, 0), on(0, 60, 96, 0), on(1, 40, 96, 0)),
        mido.MetaMessage("lyrics", text="la", time=0),
        *(on(9, 35, 0), on(0, 72, 24)),  # neither is released
        mido.MetaMessage("end_of_track", time=300),
    ]
    file.tracks.append(mido.MidiTrack(events))
    path = tmp_path / "other.mid"
    file.save(path)
    same(notes(lua(path)), continuos(path))
    # Running status, as old programs write it, and a chunk that nobody knows.
    body = bytes([0, 0x90, 60, 64, 48, 60, 0, 0, 62, 64, 48, 62, 0, 0, 0xFF, 0x2F, 0])
    head = b"MThd\0\0\0\6\0\1\0\1\0\x60" + b"XFIH\0\0\0\2ab"
    path.write_bytes(head + b"MTrk" + len(body).to_bytes(4, "big") + body)
    same(notes(lua(path)), continuos(path))
    assert len(continuos(path)) == 2


def test_a_note_without_length_gets_a_tick(lua, tmp_path):
    path = tmp_path / "blink.mid"
    write_composition(path, Composition(Track("melody", Clip((Note(1.0, 0.0, 60),), 4.0))))
    assert notes(lua(path)) == [pytest.approx((0, 60, 1.0, 1 / 480, 80))]


def test_noise_is_read_or_refused_never_an_error(lua, tmp_path):
    dice = random.Random(11)
    write_composition(tmp_path / "good.mid", random_take(dice))
    good = (tmp_path / "good.mid").read_bytes()
    paths = []
    for number in range(400):
        data = bytearray(good[: dice.randrange(len(good)) if number % 2 else len(good)])
        for _ in range(dice.randrange(6)):
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
        paths.append(tmp_path / f"{number}.mid")
        paths[-1].write_bytes(data)
    lines = lua(*paths)
    assert sum(line[0] in ("song", "refused") for line in lines) == 400
