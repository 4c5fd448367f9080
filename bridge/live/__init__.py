"""Continuo's side of the partnership with its script in Ableton Live; the engine's thread."""
