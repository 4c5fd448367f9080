"""Music and learning: no clock, no port, no thread."""
