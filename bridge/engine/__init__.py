"""The one thread that decides: commands, MIDI input and clocks; no port, no disk, no thread."""
