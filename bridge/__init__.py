"""The resident process: what knows the time or talks to another program."""
