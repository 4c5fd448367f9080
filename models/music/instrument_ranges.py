"""What instruments can play: the pitches of General MIDI's programs, as players write for them.

Ranges of Adler, The Study of Orchestration, and of guitars in standard tuning. A band's parts stay
inside; a bass guitar has no string below its E.
"""

PIANO = (21, 108)
_RANGES: dict[range, tuple[int, int]] = {
    range(8): PIANO,
    range(24, 32): (40, 88),  # guitars
    range(32, 40): (28, 67),  # basses
    range(40, 41): (55, 103),  # violin
    range(41, 42): (48, 91),
    range(42, 43): (36, 84),  # violoncello
    range(43, 44): (28, 67),  # double bass
    range(44, 46): (28, 103),  # strings as a body
    range(46, 47): (24, 103),  # harp
    range(47, 48): (40, 57),  # timpani
    range(48, 52): (28, 103),
    range(56, 57): (54, 82),  # trumpet
    range(57, 58): (40, 72),
    range(58, 59): (26, 65),  # tuba
    range(59, 60): (54, 82),
    range(60, 61): (34, 77),  # horn
    range(61, 64): (34, 82),
    range(64, 65): (56, 88),  # saxophones, the highest first
    range(65, 66): (49, 81),
    range(66, 67): (44, 76),
    range(67, 68): (36, 69),
    range(68, 69): (58, 91),  # oboe
    range(69, 70): (52, 81),
    range(70, 71): (34, 74),  # bassoon
    range(71, 72): (50, 94),  # clarinet
    range(72, 73): (74, 108),  # piccolo
    range(73, 74): (59, 96),  # flute
}
_BY_PROGRAM = {program: span for programs, span in _RANGES.items() for program in programs}


def playable(program: int) -> tuple[int, int]:
    """Give the lowest and the highest pitch of a program; all of MIDI's where none is known."""
    return _BY_PROGRAM.get(program, (0, 127))
