"""What is said to a player, said of the melody that plays by itself in the demo."""

_OF_THE_DEMO = {
    "waiting for you to play": "the melody begins by itself",
    "what you play is recorded": "the melody is recorded",
    "your last phrase": "it",
    "your melody": "the melody",
    "your phrase": "the melody",
}


def said_of_the_demo(words: str) -> str:
    """Say of the melody that plays by itself what is said to a player."""
    for to_a_player, of_a_melody in _OF_THE_DEMO.items():
        words = words.replace(to_a_player, of_a_melody)
    return words
