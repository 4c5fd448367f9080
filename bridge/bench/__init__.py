"""How fast and how punctual Continuo is on this machine."""
