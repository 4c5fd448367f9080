"""OSC: the table of addresses, and what serves and tells by it."""
