"""The addresses for models that edit, extend and fill, and for chains of models."""

from bridge.api.address import PREFIX, Address, Parameter

_ID = Parameter("s", "id")
_MODEL = Parameter("s", "model")
_BARS = Parameter("i", "bars", 1, 256)
_TAKE = tuple(PREFIX + name for name in ("clip/begin", "clip/track", "clip/notes", "clip/end"))

TECHNIQUE_WISHES = (
    Address(
        PREFIX + "fill",
        (
            Parameter("f", "begin", 0, 4096),
            Parameter("f", "end", 0, 4096),
            Parameter("s", "id", optional=True),
        ),
        "Fills these beats of the current phrase anew, in a new take (under this id, if one is "
        "given): the model in force hears what comes before them and what follows.",
        (4.0, 8.0),
        command="fill",
        replies=(*_TAKE, PREFIX + "saved"),
    ),
    Address(
        PREFIX + "then",
        (),
        "Names the models that go on, one after the other, with what the model in force made: "
        "edit, accompany, extend in one take. Without a name: none any more.",
        ("bach-extend",),
        (_MODEL,),
        "then",
        (PREFIX + "then",),
        may_be_bare=True,
    ),
    Address(
        PREFIX + "extension",
        (_BARS,),
        "Sets how many bars a model that extends goes on for, at most.",
        (8,),
        command="extension",
        replies=(PREFIX + "extension",),
    ),
)

TECHNIQUE_NEWS = (
    Address(
        PREFIX + "edit",
        (_ID,),
        "What a model that edits did to the melody of a take, told before the take, in several "
        "messages where it is much.",
        group=(
            Parameter("s", "what", choices=("removed", "added")),
            Parameter("i", "pitch", 0, 127),
            Parameter("f", "start"),
            Parameter("f", "duration"),
        ),
        may_be_bare=True,
    ),
    Address(
        PREFIX + "then",
        (),
        "The models that go on with what the model in force made.",
        group=(_MODEL,),
        may_be_bare=True,
    ),
    Address(
        PREFIX + "extension",
        (Parameter("i", "bars"),),
        "How many bars a model that extends goes on for, at most.",
    ),
)
