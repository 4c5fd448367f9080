"""A fake Live: as much of Live's API as the script uses, with Live's own traps, stepped by hand.

It imitates what is known of Live's behaviour, and each piece says how it is known, by these names:
PV: PhotonicVelocity/LiveAPI, the API's own docstrings, dumped from 14 versions of Live.
P0SF: notes named "Phase-0 spike findings" by one user of Live 12.4.6.
L12: Ableton's own scripts, as shipped with Live 12. AOSC, AJS: ideoforms/AbletonOSC and
leolabs/ableton-js, scripts that many use. LOM, P0W: notes by others on the Live Object Model.
QUIRKS: a user's list of traps, proven on Live 12.4.15b4.
An invention says that it is one; it is then stricter than Live, never laxer.

Not imitated: devices and browser, routing, groups' contents, recording, automation, Link.
"""

from .base import ArgumentError, LimitationError, WrongThreadError
from .contract import ALLOWED
from .world import VERSIONS, World

__all__ = ["ALLOWED", "VERSIONS", "ArgumentError", "LimitationError", "World", "WrongThreadError"]
