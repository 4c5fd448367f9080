"""A General MIDI synthesiser: sixteen channels, MIDI messages with their samples in, stereo out."""

from dataclasses import dataclass, field
from math import pi, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.sound.bank_file import Preset, SoundBank
from models.sound.programs import nearest, nearest_kit
from models.sound.region import Region, regions_for
from models.sound.voice import Filters, Loudness, Voice

DRUM_CHANNEL, DRUM_BANK = 9, 128
MOST_VOICES = 256
_GAIN = 1.1
_REVERB = 0.16
_WHEEL_CENTS = 50.0
_SUSTAIN, _VOLUME, _PAN, _EXPRESSION, _WHEEL = 64, 7, 10, 11, 1
_RPN_LOW, _RPN_HIGH, _DATA = 100, 101, 6

Block = NDArray[np.float32]


class Sound(NamedTuple):
    """One block: the voices as they are, and what of them goes into the room; [channel, time]."""

    direct: Block
    room: Block


@dataclass(slots=True)
class Channel:
    """What a MIDI channel remembers."""

    number: int
    program: int = 0
    bend: float = 0.0  # -1..1
    bend_range: float = 2.0  # semitones
    controls: dict[int, int] = field(default_factory=dict)
    loudness: Loudness | None = None  # at the end of the last block

    def control(self, number: int) -> int:
        """Give a controller's value, or where it stands in General MIDI."""
        return self.controls.get(number, {_VOLUME: 100, _PAN: 64, _EXPRESSION: 127}.get(number, 0))

    @property
    def is_pedal_down(self) -> bool:
        """Whether released keys sound on."""
        return self.control(_SUSTAIN) >= 64

    def set_control(self, number: int, value: int) -> None:
        """Take a control change in."""
        self.controls[number] = value
        if number == _DATA and (self.control(_RPN_HIGH), self.control(_RPN_LOW)) == (0, 0):
            named = _RPN_HIGH in self.controls and _RPN_LOW in self.controls
            self.bend_range = float(value) if named else self.bend_range

    def reset(self) -> None:
        """Let go of what a player's hands hold (control change 121)."""
        self.bend = 0.0
        for number in (_SUSTAIN, _EXPRESSION, _WHEEL):
            self.controls.pop(number, None)


@dataclass(slots=True)
class _Sounding:
    voice: Voice
    channel: Channel
    strike: int  # voices of one note share its number
    gain: float
    is_sustained: bool = False


class Synth:
    """Plays a bank. `handle` takes messages in order of time, `block` gives what sounds of them."""

    def __init__(self, bank: SoundBank, rate: int) -> None:
        self._bank, self._rate = bank, rate
        self._filters = Filters(bank)
        self._channels = [Channel(number) for number in range(16)]
        self._voices: list[_Sounding] = []
        self._regions: dict[tuple[int, int, int, int], list[Region]] = {}
        self._strikes = 0
        self.replaced: dict[tuple[bool, int], str] = {}  # (is a kit, program): who plays it
        self.unheard = 0  # notes for which the bank has no sound

    @property
    def is_silent(self) -> bool:
        """Whether no voice sounds or waits."""
        return not self._voices

    def handle(self, at: int, status: int, first: int, second: int = 0) -> None:
        """Take a channel message in, due at sample `at`, which is in the next block or before."""
        channel, kind = self._channels[status & 15], status & 0xF0
        if kind == 0x90 and second:
            self._strike(channel, at, first, second)
        elif kind in (0x80, 0x90):
            self._release(channel, at, first)
        elif kind == 0xB0:
            self._control(channel, at, first, second)
        elif kind == 0xC0:
            channel.program = first
        elif kind == 0xE0:
            channel.bend = ((second << 7 | first) - 8192) / 8192

    # -- notes -----------------------------------------------------------------------------
    def _strike(self, channel: Channel, at: int, key: int, velocity: int) -> None:
        regions = self._regions_of(channel, key, velocity)
        self._strikes += 1
        self.unheard += not regions
        for region in regions:
            self._choke(channel, region, at)
            voice = Voice(region, self._filters, key, velocity, at, self._rate)
            self._voices.append(_Sounding(voice, channel, self._strikes, _GAIN))
        while len(self._voices) > MOST_VOICES:
            oldest = min(self._voices, key=lambda s: (s.voice.is_held, s.strike))
            self._voices.remove(oldest)

    def _release(self, channel: Channel, at: int, key: int) -> None:
        mine = [s for s in self._voices if s.channel is channel and s.voice.key == key]
        held = [s for s in mine if s.voice.is_held and not s.is_sustained]
        if not held:
            return
        oldest = min(s.strike for s in held)
        for sounding in held:
            if sounding.strike == oldest:
                if channel.is_pedal_down:
                    sounding.is_sustained = True
                else:
                    sounding.voice.release(at)

    def _choke(self, channel: Channel, region: Region, at: int) -> None:
        """A closed hi-hat ends the open one."""
        if region.choke:
            for sounding in self._voices:
                same = sounding.channel is channel and sounding.voice.region.choke == region.choke
                if same and sounding.strike != self._strikes:
                    sounding.voice.choke(at)

    def _control(self, channel: Channel, at: int, number: int, value: int) -> None:
        channel.set_control(number, value)
        mine = [s for s in self._voices if s.channel is channel]
        if number == _SUSTAIN and not channel.is_pedal_down:
            for sounding in mine:
                if sounding.is_sustained:
                    sounding.voice.release(at)
        elif number == 121:
            channel.reset()
        elif number in (120, 123):
            for sounding in mine:
                sounding.voice.choke(at) if number == 120 else sounding.voice.release(at)

    # -- presets ---------------------------------------------------------------------------
    def _regions_of(self, channel: Channel, key: int, velocity: int) -> list[Region]:
        is_kit = channel.number == DRUM_CHANNEL
        place = (is_kit, channel.program, key, velocity)
        if place not in self._regions:
            preset = self._preset(is_kit, channel.program)
            found = regions_for(self._bank, preset, key, velocity) if preset else []
            self._regions[place] = found
        return self._regions[place]

    def _preset(self, is_kit: bool, program: int) -> Preset | None:
        bank, choose = (DRUM_BANK, nearest_kit) if is_kit else (0, nearest)
        presets = self._bank.presets
        player = choose(program, [p for b, p in presets if b == bank])
        if player is None:
            return None
        preset = presets[bank, player]
        if player != program:
            self.replaced[is_kit, program] = preset.name
        return preset

    # -- sound -----------------------------------------------------------------------------
    def block(self, first: int, count: int) -> Sound:
        """Sound the samples first..first+count-1."""
        sound = Sound(np.zeros((2, count), np.float32), np.zeros((2, count), np.float32))
        now = [self._loudness(channel) for channel in self._channels]
        for sounding in self._voices:
            played = sounding.voice.block(first, count, now[sounding.channel.number])
            if played is not None:
                skip, wave = played
                before = sounding.channel.loudness or now[sounding.channel.number]
                self._mix(sound, sounding, wave, skip, before, now[sounding.channel.number])
        for channel, loudness in zip(self._channels, now, strict=True):
            channel.loudness = loudness
        end = first + count
        self._voices = [s for s in self._voices if not s.voice.is_over(end)]
        return sound

    @staticmethod
    def _loudness(channel: Channel) -> Loudness:
        gain = (channel.control(_VOLUME) * channel.control(_EXPRESSION) / 127**2) ** 2
        cents = channel.bend * channel.bend_range * 100
        pan = (channel.control(_PAN) - 64) / 63
        return Loudness(gain, max(-1.0, pan), cents, channel.control(_WHEEL) / 127 * _WHEEL_CENTS)

    @staticmethod
    def _mix(
        sound: Sound, one: _Sounding, wave: Block, skip: int, before: Loudness, now: Loudness
    ) -> None:
        region = one.voice.region
        count = len(wave)
        room = _REVERB + region.reverb * 0.5
        for side, sign in ((0, -1.0), (1, 1.0)):
            old, new = (c.gain * one.gain * _side(region.pan + c.pan, sign) for c in (before, now))
            if old == new:
                heard = wave * np.float32(new)
            else:
                heard = wave * np.linspace(old, new, count).astype(np.float32)
            sound.direct[side, skip:] += heard
            sound.room[side, skip:] += heard * np.float32(room)


def _side(pan: float, sign: float) -> float:
    """Give a side's share of a voice at `pan`, of equal power wherever it stands."""
    angle = (max(-1.0, min(pan, 1.0)) * sign + 1) * pi / 4
    return sin(angle)
