"""The addresses of the sections: intro, A to D, fill, break, ending."""

from bridge.api.address import PREFIX, Address, Parameter

SECTION_INCOMING = (
    Address(
        PREFIX + "section",
        (Parameter("s", "name", optional=True),),
        "Chooses a section: intro, a, b, c, d on the next bar line; fill at once, up to the bar "
        "line; break for a bar; ending: two bars, then rest. Alone it asks for it.",
        ("b",),
        command="section",
        replies=(PREFIX + "section",),
    ),
)

SECTION_OUTGOING = (
    Address(
        PREFIX + "section",
        (Parameter("s", "name"), Parameter("s", "next")),
        "The section in force (empty: the model decides), and what comes on the next bar line or "
        "is let in just now (empty: nothing).",
    ),
)
