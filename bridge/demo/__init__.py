"""The bundled melody, its player, and FluidSynth."""
