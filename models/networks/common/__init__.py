"""What the networks share, in the TorchScript subset."""
