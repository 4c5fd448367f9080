"""The architectures with their options, as JSON: `python -P -m models.training.describe`.

A process of its own, because listing the options loads torch.
"""

import json
import sys
from typing import Any

from models.training.architectures import ARCHITECTURES


def describe() -> list[dict[str, Any]]:
    """List every architecture with what it is, and its options with their defaults."""
    return [
        {
            "name": architecture.name,
            "technique": architecture.technique,
            "description": architecture.description,
            "preferred": architecture.preferred,
            "options": [
                {"name": name, "default": default, "whole": isinstance(default, int)}
                for name, default in architecture.options().items()
                if not isinstance(default, bool)
            ],
        }
        for architecture in ARCHITECTURES.values()
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(describe()))
