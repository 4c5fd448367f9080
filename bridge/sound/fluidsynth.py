"""The other way to sound: the program FluidSynth with a sound font of the musician's own."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from bridge.patient_run import TooLongError, run_patiently
from models.errors import ContinuoError

RENDER_LIMIT_SECONDS = 600  # of the processor: an hour of music takes a minute
SOUND_FONT_VARIABLE = "CONTINUO_SOUNDFONT"


class FluidSynthError(ContinuoError):
    """No sound could be rendered; the message says why."""


def find_program() -> str | None:
    """Look for the program."""
    return shutil.which("fluidsynth")


def named_sound_font(environment: Mapping[str, str] | None = None) -> Path | None:
    """Give the sound font that $CONTINUO_SOUNDFONT names; FluidSynthError if it is not there."""
    environment = os.environ if environment is None else environment
    if not (named := environment.get(SOUND_FONT_VARIABLE)):
        return None
    font = Path(named).expanduser()
    if not font.is_file():
        raise FluidSynthError(f"{SOUND_FONT_VARIABLE} names {font}, and there is no such file")
    return font


def render(program: str, font: Path, midi: Path, wav: Path) -> None:
    """Write `midi` as sound into `wav`; raise FluidSynthError if that fails."""
    command = [program, "-q", "-n", "-i", "-g", "0.8", "-r", "44100", "-F", str(wav)]
    command += [str(font), str(midi)]
    try:
        done = run_patiently(command, RENDER_LIMIT_SECONDS)
    except (OSError, TooLongError) as error:
        raise FluidSynthError(f"fluidsynth could not render {midi}: {error}") from error
    if done.returncode or not wav.is_file() or not wav.stat().st_size:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise FluidSynthError(f"fluidsynth could not render {midi}: {' '.join(words[-1:])}")
