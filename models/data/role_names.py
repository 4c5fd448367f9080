"""What names and General MIDI programs say about a track's role."""

import re

from models.music.clip import Track

# In order of trust, each a group of equal trust.
MELODY_WORDS = (
    ("melody", "melodie", "melodia", "melodi", "mélodie", "tune", "theme", "cantus"),
    ("soprano", "sopran", "soprani", "sop", "s"),
    ("vocals", "vocal", "vox", "voice", "singer", "gesang", "singstimme", "voz", "canto"),
    ("lead", "solo"),
    ("rh", "right", "upper"),
)  # fmt: skip
# A track with one of these words is not the melody, though it may be a voice or a lead.
_SECOND_WORDS = (
    "backing back backup background bvox bgv bgvs bvs bv bg harmony harmonies harm choir choeur "
    "chor coro chorus ooh oohs aah aahs ah ahs adlib adlibs lib libs double doubles dub counter "
    "second bass drum drums drumkit percussion perc alto tenor left lh lower chords chord comp "
    "comping accompaniment begleitung rhythm rhythmus pad pads"
)
_SECOND = frozenset(_SECOND_WORDS.split())

_ROLE_WORDS = {
    "alto": "alto alt alti altus contralto mezzo",
    "tenor": "tenor tenore tenori ten",
    "bass": "bass basso basse baixo bajo bas bs contrabass contrabasso kontrabass doublebass",
    "drums": "drums drum drumkit drumset schlagzeug kit batterie bateria",
    "percussion": "percussion perc timpani pauken congas bongos",
    "piano": "piano pianoforte pno klavier keys keyboard keyboards epiano rhodes clavinet "
    "harpsichord cembalo clavecin lh left lower rh right upper",
    "chords": "chords chord comp comping accomp accompaniment akkorde acc begleitung harmony",
    "organ": "organ orgel hammond orgue organo",
    "guitar": "guitar guitars gtr git guit gitarre guitare guitarra chitarra lute banjo ukulele",
    "strings": "strings string str streicher archi violin violins violino vln viola violas vla "
    "cello celli violoncello vc fiddle",
    "brass": "brass trumpet trumpets tpt trombone trombones tbn horn horns tuba cornet",
    "winds": "winds woodwind woodwinds wind flute flutes oboe oboes clarinet clarinets bassoon "
    "bassoons sax saxophone piccolo recorder",
    "pad": "pad pads synpad",
    "voices": "voices choir chorus aahs oohs backing bvox vocals vocal vox voice gesang coro",
    "mallets": "mallets vibraphone vibes marimba xylophone glockenspiel celesta bells chromperc",
    "harp": "harp harfe arpa",
    "counter": "counter countermelody descant bridge lead synlead solo melody",
    "effects": "fx sfx synfx effect effects",
}
ROLE_OF_WORD = {word: role for role, words in _ROLE_WORDS.items() for word in words.split()}

# General MIDI families: (first program after the family, role).
_FAMILIES = (
    (8, "piano"), (16, "mallets"), (24, "organ"), (32, "guitar"), (40, "bass"), (46, "strings"),
    (47, "harp"), (48, "percussion"), (52, "strings"), (55, "voices"), (56, "strings"),
    (64, "brass"), (80, "winds"), (88, "counter"), (96, "pad"), (104, "pad"), (112, "guitar"),
    (120, "percussion"), (128, "effects"),
)  # fmt: skip
# What plays a role if the files name no instrument.
PROGRAM_OF_ROLE = {
    "alto": 52, "tenor": 52, "bass": 33, "organ": 19, "guitar": 24, "strings": 48, "brass": 61,
    "winds": 73, "pad": 89, "voices": 52, "mallets": 11, "harp": 46, "counter": 80,
    "percussion": 47,
}  # fmt: skip
_WINDS_AND_BRASS = frozenset(("winds", "brass"))


def words_of(name: str) -> list[str]:
    """Split a track's name into lower-case words: `VIOLIN1 (pizz.)` is violin, pizz."""
    return re.findall(r"[^\W\d_]+", name.casefold())


def melody_rank(name: str) -> int | None:
    """Say how much a name promises the melody: 0 is most; None if it promises nothing."""
    words = words_of(name)
    if not words or (_SECOND & set(words) and words[0] != "melody"):
        return None
    for rank, group in enumerate(MELODY_WORDS):
        if any(word in group for word in words):
            return 2 * rank + (len(words) > 1 or name.rstrip()[-1:] in "23456789")
    return None


def role_by_name(name: str) -> str | None:
    """Find the role that a track's name says, the first word that says one."""
    roles = [ROLE_OF_WORD[word] for word in words_of(name) if word in ROLE_OF_WORD]
    if not roles:
        return None
    beaten = [role for role in roles if role in ("drums", "percussion")]
    if "bass" in roles:
        # A bass guitar is a bass, but a bass clarinet is a wind and a bass drum a drum.
        blown = [role for role in roles if role in _WINDS_AND_BRASS]
        return (beaten or blown or ["bass"])[0]
    played = [role for role in roles if role != "counter"]  # a lead guitar is a guitar
    return (played or roles)[0]


def role_by_program(track: Track) -> str | None:
    """Find the role of a track's General MIDI family; None for program 1, which may mean none."""
    if track.is_drum:
        return "drums"
    if track.program == 0:
        return None
    return next(role for end, role in _FAMILIES if track.program < end)


def voice_of_name(name: str) -> int | None:
    """Say which of soprano 0, alto 1, tenor 2, bass 3 a name is, an initial or in full."""
    words = words_of(name)
    if not words:
        return None
    if words[0] in MELODY_WORDS[1]:
        return 0
    if words[0] in ("s", "a", "t", "b"):
        return "satb".index(words[0])
    role = ROLE_OF_WORD.get(words[0])
    return (
        ("soprano", "alto", "tenor", "bass").index(role)
        if role in ("alto", "tenor", "bass")
        else None
    )
