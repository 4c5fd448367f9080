"""Which preset plays a General MIDI program that the bank does not hold."""

from collections.abc import Iterable

# (last program of the group, who plays it): the nearest in sound, not in number.
_NEAREST = (
    (0, 0), (2, 1), (3, 3), (5, 4), (7, 6), (15, 11), (18, 16), (19, 19), (23, 16), (24, 24),
    (25, 25), (26, 26), (31, 27), (32, 32), (37, 33), (39, 38), (40, 40), (41, 41), (43, 42),
    (44, 44), (46, 45), (47, 32), (48, 48), (49, 49), (51, 50), (52, 52), (54, 53), (55, 48),
    (56, 56), (57, 57), (58, 58), (59, 56), (60, 60), (63, 57), (67, 65), (69, 68), (70, 70),
    (71, 71), (79, 73), (80, 80), (87, 81), (103, 89), (107, 24), (108, 11), (109, 68), (110, 40),
    (111, 68), (115, 11), (119, 32), (127, 89),
)  # fmt: skip


def nearest(program: int, there: Iterable[int]) -> int | None:
    """Choose who plays `program` among the programs that are there; None if there are none."""
    programs = sorted(there)
    if program in programs or not programs:
        return program if programs else None
    wanted = next(player for last, player in _NEAREST if program <= last)
    if wanted in programs:
        return wanted
    family = [p for p in programs if p // 8 == program // 8]
    return min(family or programs, key=lambda p: (abs(p - program), p))


def nearest_kit(kit: int, there: Iterable[int]) -> int | None:
    """Choose a drum kit: the first of its kind (kits 32 to 39 are jazz), or else the first."""
    kits = sorted(there)
    if kit in kits or not kits:
        return kit if kits else None
    return kit // 8 * 8 if kit // 8 * 8 in kits else kits[0]
