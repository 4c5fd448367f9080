"""What the keys of a drum kit are called, in a word: General MIDI's, as drummers say them."""

_NAMES = {
    35: "kick 2", 36: "kick", 37: "rim", 38: "snare", 39: "clap", 40: "snare 2", 41: "tom 6",
    42: "hat", 43: "tom 5", 44: "p-hat", 45: "tom 4", 46: "o-hat", 47: "tom 3", 48: "tom 2",
    49: "crash", 50: "tom 1", 51: "ride", 52: "china", 53: "bell", 54: "tamb", 55: "splash",
    56: "cowbell", 57: "crash 2", 59: "ride 2", 60: "bongo", 61: "bongo 2", 62: "conga",
    63: "conga 2", 64: "conga 3", 69: "cabasa", 70: "maracas", 75: "claves", 76: "block",
    77: "block 2", 81: "triangl", 82: "shaker",
}  # fmt: skip


def drum_name(pitch: int) -> str:
    """Name a key of the drum channel in seven letters at most; by its number if it has no name."""
    return _NAMES.get(pitch, f"drum {pitch}"[:8])
