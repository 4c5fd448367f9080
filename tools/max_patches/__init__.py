"""Writes max_patches/ from the table of OSC addresses: `python -m tools.max_patches`."""
