"""Generative adversarial accompanists: U-Net and MuseGAN."""
