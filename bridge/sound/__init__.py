"""MIDI files rendered into audio files, by our own sampler or by FluidSynth."""
