"""Folders of MIDI files as people have them, made ready to learn from."""
