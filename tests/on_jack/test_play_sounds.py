"""A synthesiser that nobody here wrote on `Continuo Out`: sound comes out of it."""

import re
import signal
import subprocess
from pathlib import Path

import pytest
from jack_play import Performance, melody, on_jack
from jack_rig import RATE, SERVER, JackRig, wait_until
from patience import PATIENCE_SECONDS
from system_programs import lack, need_program

pytestmark = pytest.mark.ports

SOUND_FONTS = ("/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/sounds/sf2/default-GM.sf2")
CAPTURED_SECONDS = 2
SILENCE_RMS = 0.001


def sound_font() -> str:
    found = next((font for font in SOUND_FONTS if Path(font).exists()), None)
    return found or lack("no General MIDI sound font (timgm6mb-soundfont)")


def loudness(wav: Path) -> float:
    """The RMS amplitude that sox measures, 0 to 1."""
    done = subprocess.run(
        ["sox", str(wav), "-n", "stat"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    match = re.search(r"RMS\s+amplitude:\s*([\d.]+)", done.stderr)
    assert match, done.stderr
    return float(match.group(1))


def start_fluidsynth(rig: JackRig) -> None:
    servers = [f"{kind}.jack.{key}" for kind in ("audio", "midi") for key in ("server", "id")]
    options = [f"{o}={SERVER if o.endswith('server') else 'fsyn'}" for o in servers]
    rig.spawn(
        *("fluidsynth", "-a", "jack", "-m", "jack", "-r", str(RATE), "-s", "-i", "-g", "1"),
        *(part for option in options for part in ("-o", option)),
        sound_font(),
        log="fluidsynth.log",
    )


def capture(rig: JackRig, wav: Path) -> None:
    """Record what the synthesiser plays now, by jack_capture."""
    left, right = rig.port("fsyn:left"), rig.port("fsyn:right")
    process = rig.spawn(
        *("jack_capture", "--no-stdin", "--disable-console", "-d", str(CAPTURED_SECONDS)),
        *("--port", left, "--port", right, str(wav)),
        log="jack_capture.log",
    )
    wait_until(
        lambda: process.poll() is not None, CAPTURED_SECONDS + PATIENCE_SECONDS, "jack_capture"
    )


def test_a_synthesiser_on_the_output_sounds(tmp_path, record_property):
    need_program("fluidsynth", "jack_capture", "sox")

    def scenario(rig: JackRig) -> tuple[float, float, int]:
        start_fluidsynth(rig)
        bridge = Performance(rig, ["--mode", "answer", "--bars", "2", "--tempo", "100"])
        rig.connect(rig.port("Continuo Out:"), rig.port("fsyn:midi"))
        before, after = rig.folder / "before.wav", rig.folder / "after.wav"
        capture(rig, before)
        bridge.play(melody(8, 100))
        bridge.first_accompaniment()  # the melody is over: what sounds now is the answer
        capture(rig, after)
        return loudness(before), loudness(after), bridge.end(signal.SIGTERM)

    before, after, exit_code = on_jack(scenario, tmp_path)
    record_property("rms", after)
    assert before < SILENCE_RMS < after
    assert exit_code == 0
