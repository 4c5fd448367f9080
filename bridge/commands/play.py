"""`continuo play`: the resident bridge between a keyboard or DAW and the accompaniment."""

from pathlib import Path
from typing import Unpack

import click

from bridge.commands.configured import ConfiguredCommand
from bridge.commands.generate_options import LARGEST_SEED
from bridge.commands.helper_options import helper_options
from bridge.commands.numbers import Number, Whole
from bridge.commands.play_options import Options, choose, osc_ports
from bridge.commands.play_session import perform, takes_folder
from bridge.midi.ports import SYSTEMS
from bridge.session import Connections
from bridge.settings import CLOCKS, LIMITS, MODES, STARTS, WHOLE_LIMITS
from models.artifact.catalogue import DEFAULT_MODEL


@click.command("play", cls=ConfiguredCommand)
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Which model plays.")
@click.option(
    "--then", multiple=True, metavar="MODEL", help="A model that goes on with what it made."
)
@click.option(
    "--bars", type=Whole(*WHOLE_LIMITS["bars"]), help="Length of a phrase in bars.  [default: 4]"
)
@click.option(
    "--extension",
    type=Whole(*WHOLE_LIMITS["extension"]),
    metavar="BARS",
    help="How far a model that extends goes on, at most.  [default: 8]",
)
@click.option(
    "--tempo", "bpm", type=Number(*LIMITS["bpm"]), help="Quarter notes a minute.  [default: 100]"
)
@click.option("--meter", help="Such as 3/4.  [default: 4/4]")
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="answer",
    show_default=True,
    help="answer: each phrase is answered; loop: the first goes round; follow: it plays under you.",
)
@click.option(
    "--clock",
    type=click.Choice(CLOCKS),
    default="internal",
    show_default=True,
    help="What sets the time: Continuo, MIDI clock, Ableton Link, JACK's transport, or Live's.",
)
@click.option(
    "--clock-offset",
    type=Number(*LIMITS["offset_ms"]),
    default=0.0,
    metavar="MS",
    help="Later (or -earlier) than it.",
)
@click.option("--clock-out", is_flag=True, help="Send MIDI clock, so that others follow.")
@click.option(
    "--ahead",
    type=Whole(*WHOLE_LIMITS["ahead"]),
    default=2,
    metavar="BARS",
    help="Mode follow: bars planned.",
)
@click.option(
    "--commit",
    type=Number(*LIMITS["commit"]),
    default=0.5,
    metavar="BEATS",
    help="Mode follow: the plan's steps.",
)
@click.option("--osc-port", metavar="PORT", help="OSC comes in here; 0: a free one.  [11020]")
@click.option(
    "--osc-events", default="11021", metavar="PORT", help="OSC goes out there; or none.  [11021]"
)
@click.option(
    "--live/--no-live",
    default=False,
    help="Write every take into Ableton Live's set, not only what is kept (see `install ableton`).",
)
@click.option("--midi", type=click.Choice(SYSTEMS), help="MIDI system.  [default: auto]")
@click.option("--input", "input_name", default="", metavar="NAME", help="Also listen to this port.")
@click.option("--output", "output_name", default="", metavar="NAME", help="Also send to this port.")
@click.option(
    "--seed", type=Whole(0, LARGEST_SEED), default=0, help="Another seed, another accompaniment."
)
@click.option("--set", "controls", multiple=True, metavar="CONTROL=VALUE", help="Turn a knob.")
@click.option(
    "--program",
    "programs",
    multiple=True,
    metavar="TRACK=NUMBER",
    help="A track's General MIDI program, 0 to 127, in place of the model's: alto=52.",
)
@click.option(
    "--programs/--no-programs",
    "sends_programs",
    default=True,
    help="Tell the synth which instrument each channel is.  [default: programs]",
)
@click.option("--key", metavar="G|F#m", help="The key to play in.  [default: it is found]")
@click.option("--chords", metavar='"G D7 Em"', help="Chords that lead, a bar each, in rounds.")
@click.option("--chords-track", is_flag=True, help="Takes have a track `Chords` as well.")
@click.option("--split", metavar="C3|off", help="Keys below it are chords that lead, no melody.")
@click.option(
    "--chord-channel",
    type=Whole(0, 16),
    metavar="CHANNEL",
    help="Keys on this MIDI channel are chords too.",
)
@click.option(
    "--chord-thru/--no-chord-thru", default=True, help="Hear the keys of chords.  [default: heard]"
)
@helper_options
@click.option("--takes", type=click.Path(path_type=Path), help="The folder to keep takes in.")
@click.option(
    "--quantise",
    "--quantize",
    type=Number(*LIMITS["quantise"]),
    default=0.0,
    help="Rhythm assist, 0 to 1.",
)
@click.option("--click/--no-click", default=False, help="A metronome on channel 16.")
@click.option(
    "--count-in",
    "count_in_bars",
    type=Whole(*WHOLE_LIMITS["count_in_bars"]),
    default=0,
    metavar="BARS",
    help="Bars counted in, once a key is struck.",
)
@click.option(
    "--echo/--no-echo",
    default=True,
    help="In mode answer, sound the melody again with its answer.  [default: echo]",
)
@click.option(
    "--start",
    type=click.Choice(STARTS),
    help="note: your first note is the down-beat; grid: the bar lines run.  [default: note, or "
    "grid with a click or count-in]",
)
@click.option(
    "--pickup", type=Number(), default=0.0, metavar="BEATS", help="Each phrase's pick-up."
)
@click.option("--thru/--no-thru", default=True, help="Send the melody through.  [default: thru]")
@click.option("--demo", is_flag=True, help="A bundled melody plays by itself; no MIDI needed.")
@click.option("--quiet", is_flag=True, help="No piano roll: only takes, warnings and errors.")
@click.option(
    "--osc-query", default="0", metavar="PORT", help="OSCQuery answers here; or none.  [a free one]"
)
def command(**options: Unpack[Options]) -> None:
    """Play a melody into `Continuo In`; the accompaniment comes from `Continuo Out`."""
    if options["demo"]:
        from bridge.commands.play_demo import demo

        demo(options)
    else:
        perform(choose(options), connections(options))


def connections(options: Options, system: str = "auto") -> Connections:
    """Read where MIDI comes from and goes to, and where takes go."""
    return Connections(
        options["midi"] or system,
        takes_folder(options["takes"]),
        options["input_name"],
        options["output_name"],
        options["quiet"],
        osc_ports(options),
    )
