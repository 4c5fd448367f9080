"""Musical time, pure: transport, playhead, metronome, MIDI clock in and out."""
