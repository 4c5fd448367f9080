"""Chooses a path of chords through a random field: drawn, or the one that most others agree with.

Messages from the end tell each slot what it may lead to (forward sampling after backward
filtering), so that a path moves towards its end. In the TorchScript subset.
"""

import torch
from torch import Tensor, nn


class ChordPath(nn.Module):
    """Walks through scores [S, states] and bonuses [S] for staying, by a table of moves."""

    going: Tensor

    def __init__(
        self, going: Tensor, again: tuple[float, float] = (3.0, 5.0), calm: float = 0.8
    ) -> None:
        super().__init__()
        self.calm = calm  # a path is drawn at this share of the temperature: chosen by its changes
        self.again = again  # nats for the chord that the same melody had, short and long
        self.long = 12  # slots that make a melody surely the same
        self.register_buffer("going", going)

    def settle(self, scores: Tensor, given: list[int]) -> None:
        """Leave slots whose state is given no other choice, in `scores` [S, states]."""
        for s in range(len(given)):
            if given[s] >= 0:
                scores[s] = -1.0e3
                scores[s, given[s]] = 0.0

    def messages(self, scores: Tensor, stays: Tensor, going: Tensor) -> Tensor:
        """Say of each slot's states how well they lead to the end, in logarithms, [S, states]."""
        count = scores.size(0)
        own = going.diagonal()
        out = torch.zeros_like(scores)
        likely = (scores - scores.max(1, keepdim=True)[0]).exp()
        more = stays.exp() - 1
        weight = torch.ones(scores.size(1))
        for i in range(count - 1):
            s = count - 1 - i
            led = likely[s] * weight
            weight = torch.mv(going, led) + more[s] * own * led
            weight = weight / weight.max()
            out[s - 1] = weight
        out[count - 1] = 1.0
        return out.clamp(min=1e-30).log()

    def sampled(
        self,
        scores: Tensor,
        stays: Tensor,
        again: list[tuple[int, int]],
        noise: Tensor,
        temperature: float,
    ) -> Tensor:
        """Draw a path, [S], from the field made flatter or steeper by the temperature.

        `again` has for each slot an earlier one whose chord it should take (or -1), and how many
        slots agree around them; `noise` [S, states] is Gumbel noise.
        """
        # Below this the sharpened weights leave the range of single precision.
        warmth = max(self.calm * temperature, 0.1)
        scores, stays, table = scores / warmth, stays / warmth, self.going / warmth
        led = self.messages(scores, stays, (table - table.max()).exp()) + scores + noise
        states: list[int] = []
        last = -1
        for s in range(scores.size(0)):
            here = led[s]
            if last >= 0:
                here = here + table[last]
                here[last] += stays[s]
            source, length = again[s]
            if source >= 0:
                here[states[source]] += self.again[int(length >= self.long)] / warmth
            last = int(here.argmax())
            states.append(last)
        return torch.tensor(states)

    def agreed(self, scores: Tensor, stays: Tensor) -> Tensor:
        """Choose each slot's likeliest state, [S]: the path that most others agree with."""
        going = (self.going - self.going.max()).exp()
        behind = self.messages(scores, stays, going)
        own = going.diagonal()
        more = stays.exp() - 1
        likely = (scores - scores.max(1, keepdim=True)[0]).exp()
        weight = likely[0]
        states = [int((weight.log() + behind[0]).argmax())]
        for s in range(1, scores.size(0)):
            weight = (torch.mv(going.t(), weight) + more[s] * own * weight) * likely[s]
            weight = (weight / weight.max()).clamp(min=1e-30)
            states.append(int((weight.log() + behind[s]).argmax()))
        return torch.tensor(states)
