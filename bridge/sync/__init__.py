"""Time from outside: MIDI clock, Ableton Link and JACK transport; MIDI clock to the outside."""
