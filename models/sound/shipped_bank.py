"""The sound bank that travels with Continuo."""

from functools import cache
from pathlib import Path

from models.sound.bank_file import SoundBank

BANK = Path(__file__).parent / "bank" / "continuo.sf3"


@cache
def shipped_bank() -> SoundBank:
    """Open the bank that travels with Continuo, once."""
    return SoundBank.open(BANK)
