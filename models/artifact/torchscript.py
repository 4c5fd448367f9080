"""Saves, loads and probes artifacts: the only file that knows TorchScript."""

import hashlib
import io
import json
import logging
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import thread_time
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from models.artifact.generator import (
    MELODY,
    GeneratorError,
    Rows,
    UnansweredError,
    check_rows,
    resolve_controls,
    rows_from_clips,
)
from models.artifact.kept_plans import Call, KeptPlans, call_of
from models.artifact.manifest import MANIFEST_NAME, ArtifactError, Manifest, read_manifest
from models.artifact.patience import TooLongError, within_processor_time
from models.artifact.source_lines import sources_read_once
from models.formats.whole_file import FileWriteError, whole_file
from models.music.clip import Clip, Note

_Answer = TypeVar("_Answer")
SIGNATURE = ("Tensor", "float", "float", "Dict[str, float]", "int")
# In seconds of the processor, which a busy machine does not change. Four bars in ten seconds would
# already be too slow to play with; one bar is generous. Whole pieces are given time to spare.
PROBE_LIMIT_SECONDS = 10.0
ANSWER_LIMIT_SECONDS, ANSWER_LIMIT_SECONDS_A_BEAT = 30.0, 2.0
_PROBE_BEATS = 4.0
log = logging.getLogger(__name__)

_LIKELIHOOD = "log_likelihood"  # the method of the instruments that can judge as well
_PLAN = "plan"  # of those that plan chords before they write
_ANSWER_WITH_PLAN = "answer_with_plan"  # of those that give both at once: what forward and plan do
_PROBE_MELODY = Clip(
    tuple(Note(float(i), 1.0, pitch) for i, pitch in enumerate((67, 69, 71, 72))), _PROBE_BEATS
)
_SCRIPT_ERRORS = (
    torch.jit.Error,
    torch.jit.frontend.FrontendError,
    RuntimeError,
    TypeError,
    IndexError,
    ValueError,
    OSError,
)


@contextmanager
def _torchscript() -> Iterator[None]:
    """Keep torch's advice to leave TorchScript from the user, who cannot act on it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*torch.jit", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message=".*torch.jit", category=FutureWarning)
        yield


def _limit_seconds(beats: float) -> float:
    return ANSWER_LIMIT_SECONDS + ANSWER_LIMIT_SECONDS_A_BEAT * beats


class LoadedGenerator:
    """An instrument in memory, ready to generate on the processor."""

    def __init__(self, manifest: Manifest, module: torch.nn.Module) -> None:
        self.manifest = manifest
        self._module = module
        self._plans = KeptPlans()
        self.is_patient = True  # whether it is ended where it never answers

    def generate(
        self, rows: Rows, begin: float, end: float, controls: Mapping[str, float], seed: int
    ) -> Rows:
        """Answer with the checked rows in [begin, end); raise ArtifactError if it cannot."""
        notes, values = _tensor(rows), {n: float(value) for n, value in controls.items()}
        both: Callable[..., tuple[object, object]] | None = getattr(
            self._module, _ANSWER_WITH_PLAN, None
        )

        def ask() -> tuple[object, object]:
            given = (notes, float(begin), float(end), values, int(seed))
            with torch.inference_mode(), _torchscript():
                return both(*given) if both else (self._module(*given), None)

        try:
            answer, plan = self._patiently(ask, _limit_seconds(end - begin))
        except UnansweredError:
            raise
        except _SCRIPT_ERRORS as error:
            raise GeneratorError(
                f"{self.manifest.name} failed while generating: {_last_line(error)}"
            ) from error
        if plan is not None:
            self._keep_plan(call_of(notes.numpy(), begin, end, values, seed), plan)
        try:
            return check_rows(_to_numpy(answer), self.manifest, begin, end)
        except ArtifactError as error:
            raise GeneratorError(f"{self.manifest.name} broke its contract: {error}") from error

    def tensors(self) -> dict[str, torch.Tensor]:
        """Give its parameters and buffers by name."""
        found: dict[str, torch.Tensor] = dict(self._module.state_dict())
        return found

    @property
    def has_likelihood(self) -> bool:
        """Whether it can say how likely it finds given voices."""
        return hasattr(self._module, _LIKELIHOOD)

    def log_likelihood(self, frames: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give ln P of each cell below the melody, for frames [T, voices] of pitches, -1 a rest.

        Each given the whole melody and the frames before it; ArtifactError if it cannot.
        """
        wanted = (len(frames), frames.shape[1] - 1)
        try:
            score: Callable[[torch.Tensor], object] = getattr(self._module, _LIKELIHOOD)

            def ask() -> object:
                with torch.inference_mode(), _torchscript():
                    return score(torch.from_numpy(frames))

            answer = self._patiently(ask, _limit_seconds(len(frames)))
        except UnansweredError:
            raise
        except (AttributeError, *_SCRIPT_ERRORS) as error:
            raise GeneratorError(
                f"{self.manifest.name} failed while scoring: {_last_line(error)}"
            ) from error
        scores = _to_numpy(answer)
        if not isinstance(scores, np.ndarray) or scores.shape != wanted:
            raise GeneratorError(f"{self.manifest.name} must score {wanted} cells")
        return scores.astype(np.float64)

    def _patiently(self, ask: Callable[[], _Answer], limit_seconds: float) -> _Answer:
        """Ask the module; UnansweredError if it uses up the processor's time that it has."""
        try:
            return within_processor_time(ask, limit_seconds) if self.is_patient else ask()
        except TooLongError:
            raise UnansweredError(
                f"{self.manifest.name} does not answer: it was given up after {limit_seconds:.0f} "
                "s of the processor's time, choose another (continuo models)"
            ) from None

    @property
    def has_plan(self) -> bool:
        """Whether it plans chords that can be asked for."""
        return hasattr(self._module, _PLAN)

    def plan(
        self, rows: Rows, begin: float, end: float, controls: Mapping[str, float], seed: int
    ) -> Rows:
        """Give the chords under what `generate` answers to the same call, [N, 7], ArtifactError.

        A row is (start, duration, root, bass, tones, key, certainty): beats, pitch classes, tones
        as bits of a number, the key 0..23 (minor from 12 on), and how likely it is.
        """
        notes, values = _tensor(rows), {n: float(value) for n, value in controls.items()}
        kept = self._plans.of(call_of(notes.numpy(), begin, end, values, seed))
        if kept is not None:
            return kept
        try:
            with torch.inference_mode(), _torchscript():
                method: Callable[..., object] = getattr(self._module, _PLAN)
                answer = method(notes, float(begin), float(end), values, seed)
        except (AttributeError, *_SCRIPT_ERRORS) as error:
            raise GeneratorError(
                f"{self.manifest.name} failed while planning: {_last_line(error)}"
            ) from error
        return self._checked_plan(answer)

    def _keep_plan(self, call: Call, answer: object) -> None:
        try:
            self._plans.keep(call, self._checked_plan(answer))
        except GeneratorError as error:  # the notes are good, and `plan` will say what is wrong
            log.warning("%s", error)

    def _checked_plan(self, answer: object) -> Rows:
        plan = _to_numpy(answer)
        if not isinstance(plan, np.ndarray) or plan.shape[1:] != (7,):
            raise GeneratorError(f"{self.manifest.name} must plan rows of 7 numbers")
        return plan.astype(np.float32)

    def probe(self) -> None:
        """Try it on a bar and on silence; raise ArtifactError if it is not fit to play."""
        self._patiently(self._probe_all, PROBE_LIMIT_SECONDS)

    def _probe_all(self) -> None:
        began_seconds = thread_time()
        patient, self.is_patient = self.is_patient, False  # this is the thread that is waited for
        try:
            for clip in (_PROBE_MELODY, Clip()):
                for seed in (1, 2):
                    self._probe_once(clip, seed)
        finally:
            self.is_patient = patient
        seconds = thread_time() - began_seconds
        if seconds > PROBE_LIMIT_SECONDS:
            raise ArtifactError(
                f"{self.manifest.name} is too slow: a bar and a silence took {seconds:.0f} s "
                "of the processor's time"
            )

    def _probe_once(self, clip: Clip, seed: int) -> None:
        rows = rows_from_clips([(MELODY, clip)])
        controls = resolve_controls(self.manifest, {}, beats_per_bar=4.0, bpm=100.0)
        first, second = (self.generate(rows, 0.0, _PROBE_BEATS, controls, seed) for _ in range(2))
        if not np.array_equal(first, second):
            raise ArtifactError(
                f"{self.manifest.name} answers differently to the same notes and seed"
            )


def save(
    module: torch.nn.Module, manifest: Manifest, path: Path | str, *, check: bool = True
) -> Manifest:
    """Write the artifact at once or not at all, loading and probing it first unless not `check`.

    Gives back the manifest as written, with `parameters`, `torch` and `sha256` filled in.
    """
    path = Path(path)
    with _torchscript(), sources_read_once():
        try:
            # Scripting copies the structure: the caller's module keeps its training mode.
            scripted = torch.jit.script(_with_methods(module)).eval()
        except _SCRIPT_ERRORS as error:
            raise ArtifactError(f"{path.name} cannot be scripted: {error}") from error
    filled = replace(
        manifest,
        parameters=sum(p.numel() for p in scripted.parameters()),
        torch=str(torch.__version__),
        sha256=weights_sha256(scripted),
    )
    filled = Manifest.from_dict(filled.to_dict())
    archive = io.BytesIO()
    with _torchscript():
        text = json.dumps(filled.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
        torch.jit.save(scripted, archive, _extra_files={MANIFEST_NAME: text.encode()})
    _write_at_once(path, _deflated(archive), filled if check else None)
    return filled


def _with_methods(module: torch.nn.Module) -> torch.nn.Module:
    # Scripting keeps forward and what it calls; these methods are called from outside only.
    for name in (_LIKELIHOOD, _PLAN, _ANSWER_WITH_PLAN):
        method = getattr(type(module), name, None)
        if method is not None:
            torch.jit.export(method)
    return module


def _deflated(archive: io.BytesIO) -> bytes:
    """Compress an archive, which torch writes stored; weights rounded to bfloat16 halve in size."""
    # Level 9 makes `bach` 5 % smaller, in five times the time: whoever pressed Ctrl-C waits for it.
    out = io.BytesIO()
    with zipfile.ZipFile(archive) as stored, zipfile.ZipFile(out, "w") as packed:
        for entry in stored.infolist():
            # A fixed date makes the same weights the same file.
            name = zipfile.ZipInfo(entry.filename)
            packed.writestr(name, stored.read(entry), zipfile.ZIP_DEFLATED, compresslevel=6)
    return out.getvalue()


def load(path: Path | str, *, probe: bool = True, patient: bool = True) -> LoadedGenerator:
    """Load an artifact, checking its manifest before any of its code runs, and probe it.

    Without `patient` somebody else ends the process if the model never answers.
    """
    # Generators are long chains of small operators: beside a busy core a second thread made one
    # sixty times as slow (840 ms a bar against 13).
    torch.set_num_threads(1)
    path = Path(path)
    generator = _open(path, read_manifest(path), path.name)
    generator.is_patient = patient
    if probe:
        generator.probe()
    return generator


def _open(path: Path, manifest: Manifest, label: str) -> LoadedGenerator:
    _optimize_without_profiling()
    try:
        with _torchscript():
            module = torch.jit.load(str(path), map_location="cpu").eval()
    except _SCRIPT_ERRORS as error:
        reason = _first_line(error)
        raise ArtifactError(
            f"{label}: torch cannot load it ({reason}){_newer(manifest)}"
        ) from error
    _check_signature(module, label)
    if weights_sha256(module) != manifest.sha256:
        raise ArtifactError(f"{label}: its weights are not those its manifest names (sha256)")
    return LoadedGenerator(manifest, module)


def _optimize_without_profiling() -> None:
    # Profiling runs compile a graph again for the shapes of the first calls: the second answer of
    # `bach` took 1.5 s of processor time instead of .3, and no later one was quicker for it. The
    # switch has no public name; a torch without it is slower at first, and plays the same notes.
    switch: Callable[[bool], object] | None = getattr(torch._C, "_jit_set_profiling_mode", None)
    if switch is not None:
        switch(False)


def weights_sha256(module: torch.nn.Module) -> str:
    """Hash the bytes of all parameters and buffers in the order of their names."""
    # TorchScript forgets which buffers were persistent, so all count, not the state_dict's only.
    tensors: dict[str, torch.Tensor] = dict(module.named_parameters(remove_duplicate=False))
    tensors.update(module.named_buffers(remove_duplicate=False))
    digest = hashlib.sha256()
    for name in sorted(tensors):
        flat = tensors[name].detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _write_at_once(path: Path, content: bytes, to_check: Manifest | None) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(content)
            file.flush()
            if to_check:
                _open(Path(file.name), to_check, path.name).probe()
    except FileWriteError as error:
        raise ArtifactError(f"cannot write {path}: {error.reason}") from error
    except OSError as error:
        raise ArtifactError(f"cannot write {path}: {error.strerror}") from error


def _check_signature(module: torch.jit.ScriptModule, label: str) -> None:
    schema = getattr(getattr(module, "forward", None), "schema", None)
    if schema is None:
        raise ArtifactError(f"{label}: it has no forward")
    takes = tuple(str(a.type) for a in schema.arguments[1:])
    gives = tuple(str(r.type) for r in schema.returns)
    if takes != SIGNATURE or gives != ("Tensor",):
        raise ArtifactError(
            f"{label}: forward must be ({', '.join(SIGNATURE)}) -> Tensor, "
            f"got ({', '.join(takes)}) -> {', '.join(gives)}"
        )


def _tensor(rows: Rows) -> torch.Tensor:
    return torch.from_numpy(np.array(rows, dtype=np.float32).reshape(-1, 5))


def _to_numpy(answer: object) -> object:
    return answer.cpu().numpy() if isinstance(answer, torch.Tensor) else answer


def _newer(manifest: Manifest) -> str:
    theirs, ours = _release(manifest.torch), _release(str(torch.__version__))
    if theirs <= ours:
        return ""
    return f"; it was written by torch {manifest.torch}, here is {torch.__version__}: update torch"


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _last_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[-1]
