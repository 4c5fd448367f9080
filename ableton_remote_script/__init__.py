"""Continuo's script inside Ableton Live; the folder is installed under the name Continuo."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .surface import Continuo


def create_instance(c_instance: object) -> Continuo:
    """Answer the control surface that Live asks every such script for."""
    # Imported here, so that an error in it is shown in Live's log and not swallowed.
    from .surface import Continuo

    return Continuo(c_instance)
