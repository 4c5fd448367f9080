"""Several processes that train one network: who is who, and what they agree on.

torchrun starts them and says so in the environment. All draw the same batches, each learns from
its share. Between steps they agree on whether to go on, so that none waits for one that is gone.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

import torch
from torch import distributed

from models.training.compute import Compute
from models.training.errors import TrainingError

DEVICES = ("auto", "cpu", "cuda")
# The others wait while the first validates, samples and writes. By the wall clock, for torch knows
# no other; hours, for on a busy machine that takes long, and one that ended is noticed at once.
PATIENCE = timedelta(hours=6)

T = TypeVar("T")


@contextmanager
def processes(
    device: str = "auto", environment: Mapping[str, str] | None = None
) -> Iterator[Compute]:
    """Join the other processes that torchrun started, if any, until the block ends."""
    environment = os.environ if environment is None else environment
    count = int(environment.get("WORLD_SIZE", "1"))
    rank, local = (int(environment.get(name, "0")) for name in ("RANK", "LOCAL_RANK"))
    place = choose_device(device, local, int(environment.get("LOCAL_WORLD_SIZE", "1")))
    # bfloat16 needs no scaling of the loss; older cards lack it.
    mixed = place.type == "cuda" and torch.cuda.is_bf16_supported()
    if count == 1:
        yield Compute(place, mixed=mixed)
        return
    backend = "cpu:gloo,cuda:nccl" if place.type == "cuda" else "gloo"
    try:
        distributed.init_process_group(backend, timeout=PATIENCE)
    except (RuntimeError, ValueError) as error:
        raise TrainingError(f"the {count} processes do not find each other ({error})") from error
    try:
        yield Compute(place, rank, count, mixed)
    finally:
        distributed.destroy_process_group()


def choose_device(name: str, local: int = 0, count: int = 1) -> torch.device:
    """Turn auto, cpu or cuda into a device for the `local`-th of `count` processes here.

    `auto` takes GPUs only if there is one for each process; TrainingError if there is no such GPU.
    """
    if name not in DEVICES:
        raise TrainingError(f"device must be one of {', '.join(DEVICES)}, got {name!r}")
    cards = torch.cuda.device_count() if name != "cpu" and torch.cuda.is_available() else 0
    if name == "cpu" or (name == "auto" and cards < count):
        return torch.device("cpu")
    if cards < count:
        raise TrainingError(
            f"--device cuda: torch {torch.__version__} finds {cards} GPUs here for {count} "
            f"process{'es' if count > 1 else ''}; use --device cpu, or fewer processes"
        )
    torch.cuda.set_device(local)
    return torch.device("cuda", local)


def largest(compute: Compute, values: Sequence[float]) -> list[float]:
    """Give, for each value, the largest that any process has."""
    return _reduced(compute, values, distributed.ReduceOp.MAX) if compute.count > 1 else [*values]


def mean(compute: Compute, values: Sequence[float]) -> list[float]:
    """Give, for each value, the mean over all processes."""
    if compute.count == 1:
        return [*values]
    return [v / compute.count for v in _reduced(compute, values, distributed.ReduceOp.SUM)]


def _reduced(compute: Compute, values: Sequence[float], how: Any) -> list[float]:  # noqa: ANN401
    table = torch.tensor(values, dtype=torch.float64)
    _together(lambda: distributed.all_reduce(table, how))
    return [float(v) for v in table]


def from_first(compute: Compute, work: Callable[[], T]) -> T:
    """Do `work` in the first process only, and give its result to all."""
    if compute.count == 1:
        return work()
    box = [work() if compute.rank == 0 else None]
    _together(lambda: distributed.broadcast_object_list(box, 0, device=torch.device("cpu")))
    result: T = box[0]  # type: ignore[assignment]
    return result


def first_before_others(compute: Compute, work: Callable[[], T]) -> T:
    """Do `work` in the first process, and only then in the others, who find what it kept."""
    if compute.rank == 0:
        result = work()
        largest(compute, [0.0])  # lets the others begin
        return result
    largest(compute, [0.0])
    return work()


def gathered(compute: Compute, value: T) -> list[T]:
    """Give the values of all processes, in the order of their ranks."""
    if compute.count == 1:
        return [value]
    out: list[Any] = [None] * compute.count
    _together(lambda: distributed.all_gather_object(out, value))
    return out


def _together(work: Callable[[], object]) -> None:
    try:
        work()
    except RuntimeError as error:  # torch's word for a process that is gone
        reason = str(error).splitlines()[0]
        raise TrainingError(
            f"lost another process ({reason}): see what it says, and go on with --resume"
        ) from error


def agreed(compute: Compute, value: object, what: str) -> None:
    """Raise TrainingError unless every process has the same value."""
    if any(other != value for other in gathered(compute, value)):
        raise TrainingError(f"the processes do not have {what}: give all the same files")
