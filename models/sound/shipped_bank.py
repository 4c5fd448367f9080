"""The sound bank that travels with Continuo."""

from functools import cache

from models.sound.bank_file import SoundBank
from models.sound.bank_path import BANK


@cache
def shipped_bank() -> SoundBank:
    """Open the bank that travels with Continuo, once."""
    return SoundBank.open(BANK)
