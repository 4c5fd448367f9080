"""Control change numbers with a meaning of their own."""

PANIC_CONTROLS = (120, 121, 123)


SUSTAIN = 64
