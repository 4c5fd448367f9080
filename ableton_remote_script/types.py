"""Names for annotations: Live's objects, whose classes exist only inside Live, and our own forms.

Quoted where Python 3.7, which Live 11 has, could not make the type at run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import TypeAlias

Application = Surface = CInstance = LiveTimer = Any
Song = Scene = Track = Slot = Clip = LiveNote = Specification = Any
Thing = Json = Any

Value: TypeAlias = "int | float | str | bytes | bool | None"
Sender: TypeAlias = "tuple[str, int]"
# Work in small steps: at each yield it may be left until the next callback.
Steps: TypeAlias = "Generator[object, None, Any]"
# Who asks under which id, and what is answered: the address's end and its arguments.
Key: TypeAlias = "tuple[Sender, str]"
Answer: TypeAlias = "tuple[str, tuple[Value, ...]]"
# The song's tempo, whether it plays, and its meter.
State: TypeAlias = "tuple[float, bool, int, int]"
