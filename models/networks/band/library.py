"""The bars that a band plays from: those of the training songs, as tensors of an artifact."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.artifact.manifest import TrackSpec
from models.networks.band.bar_features import CELLS, OWN
from models.networks.band.bars import LATE, PITCH, START, TRACK, VELOCITY, Ints, SongBars
from models.networks.band.matcher import Matcher
from models.networks.band.parts import bass_of
from models.networks.band.textures import textures

_SNARES_AND_TOMS = (37, 38, 39, 40, 41, 43, 45, 47, 48, 50, 58)
_FILLS = 0.08  # share of the bars with drums that count as fills
RUN = 8  # bars that are known to go on
PHRASE = 4  # bars that are taken from one place
_SILENT = 40.0  # more than any melody can ask for
_MOST = 0.6  # of a song's tracks: what is enough for a band


@dataclass(frozen=True)
class Library:
    """Bars [L] of songs one after the other, and their notes [N, 7].

    `first` [L + 1] says where the notes of each begin; `song` its song, `place` its number there,
    `run` how many bars of one length follow it there; `ranks` [L, MEASURES] 0..1 where each stands
    among all by density, syncopation and complexity; `height` [songs] the melody's mean pitch;
    `keys` [L, SPACE] where the matcher lays it; `fills` [L] whether its drums play a fill;
    `compound` [songs] whether it is in a compound meter; `has` [songs, tracks] what each song has;
    `level` [tracks] the mean velocity; `played` [tracks] whether its notes have a player's timing;
    `plays` [L] how much of the band plays in the phrase that begins there, up to 1; `usual` [SPACE]
    what melodies ask for on average.
    """

    notes: Tensor
    first: Tensor
    steps: Tensor
    song: Tensor
    place: Tensor
    run: Tensor
    chords: Tensor
    doubling: Tensor
    ranks: Tensor
    height: Tensor
    keys: Tensor
    fills: Tensor
    compound: Tensor
    has: Tensor
    plays: Tensor
    level: Tensor
    played: Tensor
    usual: Tensor


def chosen_songs(songs: Sequence[SongBars], most_bars: int) -> list[SongBars]:
    """Take songs, evenly from all, until there are enough bars."""
    total = sum(len(s) for s in songs)
    if total <= most_bars:
        return list(songs)
    order = np.random.default_rng(0).permutation(len(songs))
    out, bars = [], 0
    for i in order:
        if bars + len(songs[i]) <= most_bars:
            out.append(i)
            bars += len(songs[i])
    return [songs[i] for i in sorted(out)] or [songs[int(order[0])]]


@torch.no_grad()
def library(songs: Sequence[SongBars], tracks: Sequence[TrackSpec], matcher: Matcher) -> Library:
    """Put songs into one library."""
    matcher = matcher.eval()
    seen = [textures(s, tracks) for s in songs]
    measures = np.concatenate([m for _, m in seen])
    notes = np.concatenate([s.notes for s in songs])
    counts = np.concatenate([np.diff(s.first) for s in songs])
    drums = [i for i, t in enumerate(tracks) if t.role == "drums"]
    has = np.array([_tracks_of(s, len(tracks)) for s in songs])
    both = list(zip(songs, has, strict=True))
    level = np.array([_mean(notes[notes[:, TRACK] == i, VELOCITY]) for i in range(len(tracks))])
    return Library(
        notes=torch.from_numpy(notes.astype(np.int16)),
        first=torch.from_numpy(np.concatenate([[0], np.cumsum(counts)])),
        steps=torch.from_numpy(np.concatenate([s.steps for s in songs])),
        song=torch.from_numpy(np.repeat(np.arange(len(songs)), [len(s) for s in songs])),
        place=torch.from_numpy(np.concatenate([np.arange(len(s)) for s in songs])),
        run=torch.from_numpy(np.concatenate([_runs(s.steps) for s in songs])),
        chords=torch.from_numpy(np.concatenate([s.chords for s in songs]).astype(np.int16)),
        doubling=torch.from_numpy(np.concatenate([s.doubling for s in songs])),
        ranks=torch.from_numpy(_ranked(measures)).float(),
        height=torch.tensor([_height(s) for s in songs]),
        keys=matcher.texture(torch.cat([t for t, _ in seen])).bfloat16().float(),
        fills=torch.from_numpy(_fills(songs, drums)),
        compound=torch.tensor([s.is_compound for s in songs]),
        has=torch.from_numpy(has),
        plays=torch.from_numpy(np.concatenate([_plays(s, h, tracks) for s, h in both])).float(),
        level=torch.from_numpy(level).float(),
        played=torch.tensor([_is_played(notes[notes[:, TRACK] == i]) for i in range(len(tracks))]),
        usual=matcher.melody(torch.cat([s.melody for s in songs])).mean(0),
    )


def _mean(values: Ints) -> float:
    return float(values.mean()) if len(values) else 80.0


def _is_played(notes: Ints) -> bool:
    """Whether a fifth of a track's notes are beside the grid."""
    return len(notes) > 0 and float((notes[:, LATE] != 0).mean()) >= 0.2


def _tracks_of(song: SongBars, count: int) -> NDArray[np.bool_]:
    """Say which tracks play in at least a fifth of a song's bars."""
    number = np.repeat(np.arange(len(song)), np.diff(song.first))
    out = np.zeros(count, bool)
    for track in range(count):
        bars = np.unique(number[song.notes[:, TRACK] == track])
        out[track] = len(bars) >= 0.2 * len(song)
    return out


def _plays(
    song: SongBars, has: NDArray[np.bool_], tracks: Sequence[TrackSpec]
) -> NDArray[np.float64]:
    """Say of each bar how much of the band plays in the PHRASE bars from it, up to 1.

    Half of it is the bass; the other half is whole where most of the song's tracks play. A bar in
    which nobody plays takes so much away that no melody asks for its phrase.
    """
    number = np.repeat(np.arange(len(song)), np.diff(song.first))
    present = np.zeros((len(song), len(tracks)), bool)
    present[number, song.notes[:, TRACK].astype(int)] = True
    share = (present & has).sum(1) / max(int(has.sum()), 1)
    bass = bass_of(tracks)
    low = present[:, bass] if bass >= 0 else share > 0
    each = 0.5 * low + 0.5 * np.minimum(share / _MOST, 1.0)
    each = each - _SILENT * ~present.any(1)
    return np.array([each[b : b + PHRASE].mean() for b in range(len(song))])


def _runs(steps: Ints) -> Ints:
    """Count the bars of one length from each on, up to RUN."""
    out = np.ones(len(steps), np.int64)
    for b in range(len(steps) - 2, -1, -1):
        if steps[b] == steps[b + 1]:
            out[b] = min(out[b + 1] + 1, RUN)
    return out


def _ranked(measures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank each column, 0..1."""
    order = measures.argsort(0, kind="stable").argsort(0, kind="stable")
    out: NDArray[np.float64] = order / max(len(measures) - 1, 1)
    return out


def _height(song: SongBars) -> float:
    """Give the mean pitch of a song's melody."""
    own = song.melody[:, CELLS : CELLS + OWN]
    sung = own[:, 0] > 0
    return float(own[sung, 2].mean()) * 12 + 66 if bool(sung.any()) else 66.0


def _fills(songs: Sequence[SongBars], drums: Sequence[int]) -> NDArray[np.bool_]:
    """Find fills: bars with most strokes on snare and toms that the bar before does not have."""
    novelty = []
    for song in songs:
        number = np.repeat(np.arange(len(song)), np.diff(song.first))
        hit = np.isin(song.notes[:, TRACK], drums)
        hit &= np.isin(song.notes[:, PITCH], _SNARES_AND_TOMS) & (song.notes[:, START] >= 4)
        strokes = np.bincount(number[hit], minlength=len(song)).astype(float)
        novelty.append(strokes - np.concatenate([strokes[:1], strokes[:-1]]))
    all_ = np.concatenate(novelty)
    least = np.quantile(all_, 1 - _FILLS) if drums else np.inf
    return all_ >= max(least, 2.0)
