"""Sound without a synthesiser at hand: renders a .mid with fluidsynth and a sound font."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import ContinuoError

RENDER_LIMIT_SECONDS = 60
SOUND_FONT_VARIABLE = "CONTINUO_SOUNDFONT"
# Where the packages of Debian, Fedora, Arch, Homebrew, MacPorts and Windows put sound fonts.
FOLDERS = (
    "/usr/share/sounds/sf3",
    "/usr/share/sounds/sf2",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "/usr/local/share/fluidsynth",
    "/opt/homebrew/share/fluidsynth",
    "/opt/homebrew/share/soundfonts",
    "/opt/local/share/sounds/sf2",
    "C:/soundfonts",
    "~/.local/share/soundfonts",
    "~/Library/Audio/Sounds/Banks",
)
INSTALL = {
    "linux": "sudo apt install fluidsynth fluid-soundfont-gm",
    "darwin": "brew install fluid-synth",
    "win32": "winget install FluidSynth.FluidSynth",
}


class FluidSynthError(ContinuoError):
    """No sound could be rendered; the message says why."""


@dataclass(frozen=True, slots=True)
class FluidSynth:
    """The fluidsynth program and the sound font that were found; None for what is missing."""

    program: str | None
    sound_font: Path | None

    @property
    def ready(self) -> bool:
        """Whether it can make sound."""
        return self.program is not None and self.sound_font is not None

    def render(self, midi: Path, wav: Path) -> None:
        """Write `midi` as sound into `wav`; raise SynthError if that fails."""
        if not self.program or not self.sound_font:
            raise FluidSynthError(missing(self))
        command = [self.program, "-q", "-n", "-i", "-g", "0.8", "-F", str(wav)]
        command += [str(self.sound_font), str(midi)]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=RENDER_LIMIT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise FluidSynthError(f"fluidsynth could not write {wav}: {error}") from error
        if done.returncode or not wav.is_file() or not wav.stat().st_size:
            words = done.stderr.decode(errors="replace").strip().splitlines()
            raise FluidSynthError(f"fluidsynth could not write {wav}: {' '.join(words[-1:])}")


def find_fluidsynth(environment: Mapping[str, str] | None = None) -> FluidSynth:
    """Look for fluidsynth and a sound font; $CONTINUO_SOUNDFONT names one itself."""
    environment = os.environ if environment is None else environment
    named = environment.get(SOUND_FONT_VARIABLE)
    font = Path(named).expanduser() if named else next(_sound_fonts(), None)
    if font and not font.is_file():
        font = None
    return FluidSynth(shutil.which("fluidsynth"), font)


def _sound_fonts() -> Iterator[Path]:
    """Give every sound font of the system, large ones first in each folder."""
    for folder in FOLDERS:
        found = [*Path(folder).expanduser().glob("*.sf[23]")]
        yield from sorted(found, key=lambda path: (-path.stat().st_size, path.name))
    # pretty_midi, which Continuo needs anyway, brings a small one along.
    spec = importlib.util.find_spec("pretty_midi")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        yield from sorted(Path(folder).glob("*.sf2"))


def missing(synth: FluidSynth, platform: str = sys.platform) -> str:
    """Say what is missing for sound and how to get it on this system."""
    lacks = [] if synth.program else ["fluidsynth"]
    lacks += [] if synth.sound_font else ["a sound font (.sf2 or .sf3)"]
    install = INSTALL.get(platform, INSTALL["linux"])
    font = "" if synth.sound_font else f", or set {SOUND_FONT_VARIABLE} to a sound font's path"
    return f"{' and '.join(lacks)} not found; to hear takes as sound: {install}{font}"
