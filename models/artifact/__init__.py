"""The generator contract: manifest, rows, catalogue, TorchScript."""
