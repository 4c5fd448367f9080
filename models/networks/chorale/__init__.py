"""Voices under a soprano: the network, its data, and the generator that it becomes."""
