"""The addresses of the MIDI keyboard that is listened to besides Continuo In."""

from bridge.api.address import PREFIX, Address, Parameter

_NAME = Parameter("s", "name")
_TOLD = (PREFIX + "input", PREFIX + "input/list")

INPUT_INCOMING = (
    Address(
        PREFIX + "input/list",
        (),
        "Lists the MIDI ports that can be listened to, and says which one is.",
        command="input/list",
        replies=_TOLD,
    ),
    Address(
        PREFIX + "input",
        (Parameter("s", "name", optional=True),),
        "Listens to the MIDI port of this name, or a part of it, besides Continuo In; an empty "
        "name: to none. Keys that are held are released. Alone it asks for it.",
        ("Keystation",),
        command="input",
        replies=_TOLD,
    ),
)

INPUT_OUTGOING = (
    Address(PREFIX + "input", (_NAME,), "The MIDI port that is listened to; empty: none."),
    Address(
        PREFIX + "input/list",
        (),
        "The MIDI ports that can be listened to.",
        group=(_NAME,),
        may_be_bare=True,
    ),
)
