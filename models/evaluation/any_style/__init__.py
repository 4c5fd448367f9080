"""Measures of any accompaniment."""
