"""MIDI as sound: a sampler for SoundFont banks, the bank that travels along, and audio files."""
