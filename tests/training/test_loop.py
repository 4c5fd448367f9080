"""The training loop: what resumes, what stops, what is kept."""

import pytest
import torch
from toy_learner import ToyLearner, weights

from models.training import loop
from models.training.errors import TrainingError
from models.training.learner import never, until
from models.training.loop import Trainer, TrainingPlan

torch.set_num_threads(1)


class Clock:
    """Each look at it takes a second."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


def trainer(folder, learner=None, seed: int = 0, now=None, **plan) -> Trainer:
    plan = {"epochs": 3, "validate_every": 2, **plan}
    torch.manual_seed(seed)
    learner = learner or ToyLearner()
    return Trainer(learner, folder, TrainingPlan(seed=seed, **plan), now=now or Clock())


def stop_after(its: Trainer, steps: int):
    return lambda: its.step >= steps


@pytest.mark.parametrize("steps", [2, 3, 5])
def test_a_resumed_training_ends_exactly_where_an_unbroken_one_does(tmp_path, steps):
    whole = trainer(tmp_path / "whole")
    unbroken = list(whole.run())
    broken = trainer(tmp_path / "broken")
    list(broken.run(stop_after(broken, steps)))
    torch.rand(99)  # another process would be elsewhere in its random numbers
    second = trainer(tmp_path / "broken", seed=5)
    second.resume()
    assert second.step == steps
    rest = list(second.run())
    assert torch.equal(weights(second.learner), weights(whole.learner))
    assert rest[-1].losses == unbroken[-1].losses
    assert rest[-1].valid == unbroken[-1].valid
    for name, optimiser in whole.learner.optimisers.items():
        other = second.learner.optimisers[name]
        assert str(optimiser.state_dict()) == str(other.state_dict())


def test_listening_in_between_changes_nothing(tmp_path):
    plain = trainer(tmp_path / "a")
    list(plain.run())
    heard = trainer(tmp_path / "b", validate_every=1)
    for _ in heard.run():
        heard.sample(2)
    assert torch.equal(weights(plain.learner), weights(heard.learner))


def test_minutes_are_counted_over_all_runs(tmp_path):
    first = trainer(tmp_path, minutes=1, epochs=None)
    list(first.run(stop_after(first, 5)))
    assert 0 < first.seconds < 30
    second = trainer(tmp_path, minutes=1, epochs=None)
    second.resume()
    assert second.seconds == pytest.approx(first.seconds, abs=3)
    list(second.run())
    assert second.seconds == pytest.approx(60, abs=3)


@pytest.mark.parametrize(("minutes", "epochs", "steps"), [(1000, 1, 4), (0.2, 1000, 10)])
def test_of_minutes_and_epochs_the_first_to_be_over_ends_it(tmp_path, minutes, epochs, steps):
    its = trainer(tmp_path, minutes=minutes, epochs=epochs, validate_every=100)
    list(its.run())
    assert its.step == pytest.approx(steps, abs=3)


def test_a_plan_without_an_end_is_refused():
    with pytest.raises(TrainingError, match="minutes, epochs or both"):
        TrainingPlan()


def test_the_best_weights_are_kept_not_the_last(tmp_path):
    learner = ToyLearner()
    learner.scores = [3.0, 1.0, 2.0]
    its = trainer(tmp_path, learner, epochs=1.5)
    seen = [(p.best, weights(learner).clone()) for p in its.run()]
    assert [best for best, _ in seen] == [True, True, False]
    reached = its.load_best()
    assert (reached["step"], reached["valid"]) == (4, {"loss": 1.0})
    assert torch.equal(weights(learner), seen[1][1])


def test_it_ends_when_it_grows_no_better(tmp_path):
    learner = ToyLearner()
    learner.scores = [1.0, *[2.0] * 20]
    its = trainer(tmp_path, learner, epochs=100, patience=3)
    assert len(list(its.run())) == 4


@pytest.mark.parametrize("broken_at", [5, 6])
def test_a_loss_that_is_no_number_ends_it_and_the_last_checkpoint_stands(tmp_path, broken_at):
    learner = ToyLearner()
    learner.broken_at = broken_at
    its = trainer(tmp_path, learner)
    with pytest.raises(TrainingError, match=rf"at step {broken_at}: .*--resume"):
        list(its.run())
    again = trainer(tmp_path)
    again.resume()
    assert again.step == 4
    assert again.load_best()["step"] <= 4


def test_a_validation_that_is_no_number_ends_it_too(tmp_path):
    learner = ToyLearner()
    learner.scores = [1.0, float("nan")]
    its = trainer(tmp_path, learner)
    with pytest.raises(TrainingError, match="validation loss is no longer a number at step 4"):
        list(its.run())
    assert its.load_best()["step"] == 2


def test_a_memory_that_is_full_is_said_in_a_sentence(tmp_path, monkeypatch):
    def step(self, random, progress):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")

    monkeypatch.setattr(ToyLearner, "step", step)
    with pytest.raises(TrainingError, match=r"memory of cpu is full at step 1: .*--batch-size"):
        list(trainer(tmp_path).run())


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match="cannot make the folder"):
        trainer(tmp_path / "file" / "folder")


def test_a_stop_saves_what_was_learnt_since_the_last_validation(tmp_path):
    its = trainer(tmp_path, validate_every=100)
    assert [p.step for p in its.run(stop_after(its, 3))] == [3]
    assert its.load_best()["step"] == 3


class ManyPieces(ToyLearner):
    """Its validation goes through a hundred pieces; during one of them somebody wants to stop."""

    def __init__(self, stops_at: tuple[int, int]) -> None:
        super().__init__()
        self.stops_at, self.looks, self.wants_stop, self.scored = stops_at, 0, False, 0

    def validate(self, enough=never):
        self.looks += 1
        for self.scored, _ in enumerate(until(range(100), enough), 1):
            self.wants_stop = self.wants_stop or (self.looks, self.scored) == self.stops_at
        return super().validate()


def test_who_stops_during_a_validation_does_not_wait_for_all_of_it(tmp_path):
    learner = ManyPieces(stops_at=(2, 5))
    its = trainer(tmp_path, learner)
    told = [p.step for p in its.run(lambda: learner.wants_stop)]
    assert learner.scored == 5
    assert told == [2], "what was broken off is none"
    assert its.load_best()["step"] == 2
    again = trainer(tmp_path, ToyLearner(), seed=3)
    again.resume()
    assert again.step == 4, "no step is lost"


def test_who_stops_before_anything_was_validated_has_a_sample_validated(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "_LAST_LOOK_SECONDS", 0.0)
    learner = ManyPieces(stops_at=(1, 3))
    its = trainer(tmp_path, learner)
    assert [p.step for p in its.run(lambda: learner.wants_stop)] == [2]
    assert learner.scored < 100
    assert its.load_best()["step"] == 2


def test_the_share_done_is_told_at_each_step(tmp_path):
    told: list[float] = []
    list(trainer(tmp_path, epochs=1).run(each_step=told.append))
    assert told == [0, 0.25, 0.5, 0.75]


def test_the_time_left_is_guessed_from_the_time_so_far(tmp_path):
    its = trainer(tmp_path, epochs=1)
    *_, last = list(its.run(stop_after(its, 2)))
    assert last.fraction == 0.5
    assert last.seconds_left == pytest.approx(last.seconds)


def test_a_checkpoint_of_another_size_is_refused_in_a_sentence(tmp_path):
    list(trainer(tmp_path).run())
    other = trainer(tmp_path, ToyLearner(width=5))
    with pytest.raises(TrainingError, match="another size of network"):
        other.resume()


def test_a_checkpoint_of_another_architecture_is_refused_in_a_sentence(tmp_path):
    list(trainer(tmp_path).run())
    learner = ToyLearner()
    learner.architecture = "other"
    with pytest.raises(TrainingError, match="toy, not of other"):
        trainer(tmp_path, learner).resume()
