"""MIDI ports: RtMidi and JACK."""
