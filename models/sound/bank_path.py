"""Where the sound bank that travels with Continuo lies."""

from pathlib import Path

BANK = Path(__file__).parent / "bank" / "continuo.sf3"
