"""What lies on disk: takes, the MIDI map, melodies of other programs, model folders."""
