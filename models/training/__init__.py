"""Teaching a network: the loop, checkpoints, the log and several processes."""
