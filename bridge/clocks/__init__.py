"""Clocks that other programs set: Ableton Link, JACK transport."""
