"""Ableton Live's script seen from the bridge: presence, requests, clips."""
