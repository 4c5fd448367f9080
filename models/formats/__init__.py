"""Files of music: MIDI in and out, tracks as JSON."""
