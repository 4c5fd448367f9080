"""The bundled melodies, and the keyboard that plays one of them to the engine."""
