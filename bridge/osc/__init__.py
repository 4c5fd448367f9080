"""OSC over UDP, by the table in `bridge.api`; and OSCQuery, which tells it to others."""
