"""Accompaniment by adversaries: two generators, their critic, and the instrument they become."""
