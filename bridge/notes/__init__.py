"""Single notes on their way: recorder, scheduler, note tracker, MIDI output."""
