"""How the adversaries learn: the hyperparameters, as the command line sets them."""

from dataclasses import dataclass

from models.networks.gan.unet_gan import STRIDE


@dataclass(frozen=True)
class GanPlan:
    """How the adversaries learn; the defaults mend DeepComposer's (1e-3, 5, 1, 0, 10)."""

    learning_rate: float = 1e-3  # the generator's highest
    critic_rate: float = 1e-3  # the critic's highest
    critic_steps: int = 2  # critic updates for each of the generator's
    adversarial: float = 0.05  # weight of the critic's opinion
    reconstruction: float = 1.0  # weight of the likelihood of the true voices
    penalty: float = 10.0  # weight of the gradient penalty (Gulrajani et al. 2017)
    batch_size: int = 32
    critic_batch: int = 16  # windows; each costs a second derivative
    steps: int = 128  # of a training window: eight bars of four quarters
    critic_window: int = 64  # steps that the critic judges at once
    warmup: float = 0.3  # share of the training before the critic begins
    averaging: float = 0.995  # over about 200 steps: the mean of the weights plays better
    weight_decay: float = 0.1  # 236 chorales are soon learnt by heart
    revisits: int = 0  # tracks that the instrument writes anew when it knows the others

    def __post_init__(self) -> None:
        for name in ("steps", "critic_window"):
            if getattr(self, name) % STRIDE or getattr(self, name) < STRIDE:
                raise ValueError(
                    f"{name} must be a multiple of {STRIDE}, got {getattr(self, name)}"
                )
        if self.critic_steps < 1 or self.batch_size < 1 or self.critic_batch < 1:
            raise ValueError("critic_steps, batch_size and critic_batch must be at least 1")
