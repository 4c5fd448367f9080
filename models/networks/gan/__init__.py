"""Accompaniment by adversaries: two generators, their critic, and the instrument they become."""

from models.artifact.manifest import ACCOMPANY
from models.training.architecture import Architecture

ARCHITECTURES = (
    Architecture(
        name="unet-gan",
        technique=ACCOMPANY,
        make="models.networks.gan.learner:make_unet",
        plans=("models.networks.gan.plan:GanPlan", "models.networks.gan.unet_gan:UNetConfig"),
        description=(
            "Adds tracks to a melody: a U-Net taught by a critic, after DeepComposer's U-Net GAN."
        ),
    ),
    Architecture(
        name="muse-gan",
        technique=ACCOMPANY,
        make="models.networks.gan.learner:make_muse",
        plans=("models.networks.gan.plan:GanPlan", "models.networks.gan.muse_gan:MuseConfig"),
        description=(
            "Adds tracks to a melody: a generator for each track, after DeepComposer's MuseGAN."
        ),
    ),
)
