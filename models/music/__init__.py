"""Notes, time, keys, grids: values without files, networks or clocks."""
