import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manifests import GOOD, write_archive

from models.artifact.manifest import MANIFEST_LIMIT_BYTES, ArtifactError, Manifest, read_manifest


def without(name):
    return {k: v for k, v in GOOD.to_dict().items() if k != name}


def changed(**fields):
    return {**GOOD.to_dict(), **fields}


def track(**fields):
    return changed(tracks=[{**GOOD.to_dict()["tracks"][0], **fields}])


def control(**fields):
    return changed(controls=[{**GOOD.to_dict()["controls"][0], **fields}])


def test_a_manifest_comes_back_from_its_archive_as_it_was(tmp_path):
    path = write_archive(tmp_path / "toy.ts", json.dumps(GOOD.to_dict()))
    assert read_manifest(path) == GOOD


def test_an_artifact_from_before_chords_were_heard_hears_the_melody():
    assert Manifest.from_dict(without("hears")).hears == ("melody",)


def test_an_artifact_from_before_there_were_sections_has_none():
    assert Manifest.from_dict(without("sections")).sections == ()


def test_two_sections_of_one_name_are_refused():
    twice = [{"name": "a", "title": "A"}] * 2
    with pytest.raises(ArtifactError, match="sections must have different names, got 'a' twice"):
        Manifest.from_dict(changed(sections=twice))


OPTIONAL = ("hears", "sections")


@pytest.mark.parametrize("name", [name for name in GOOD.to_dict() if name not in OPTIONAL])
def test_a_missing_field_is_named(name):
    with pytest.raises(ArtifactError, match=f"the field {name} is missing"):
        Manifest.from_dict(without(name))


@pytest.mark.parametrize("name", list(GOOD.to_dict()))
@pytest.mark.parametrize("value", [None, True, object()], ids=["null", "bool", "thing"])
def test_a_field_of_the_wrong_type_is_named(name, value):
    with pytest.raises(ArtifactError, match=f"^{name} must be"):
        Manifest.from_dict(changed(**{name: value}))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed(format=2), "format must be 1, got 2; update Continuo"),
        (changed(format=0), "save the artifact again"),
        (changed(name="../bach"), "name must be 1 to 64 letters"),
        (changed(title=" "), "title must not be empty"),
        (changed(technique="sing"), "technique must be one of accompany, edit, extend, got 'sing'"),
        (changed(tracks=[]), "at least one track"),
        (changed(tracks=["alto"]), r"tracks\[0\] must be an object, got 'alto'"),
        (changed(tracks=[*GOOD.to_dict()["tracks"]] * 2), "different names, got 'alto' twice"),
        (track(program=128), r"tracks\[0\].program must be a whole number in 0..127, got 128"),
        (track(channel=16), "channel must be a whole number in 0..15"),
        (track(low=70, high=60), r"tracks\[0\].high must be a whole number in 70..127, got 60"),
        (control(default=2), r"controls\[0\].default must be a number in 0..1, got 2"),
        (control(low=float("nan")), "low must be a number"),
        (control(high=10**400), "high must be a number"),
        (control(name="bpm"), r"controls\[0\].name must not be bpm, which is reserved"),
        (changed(meters=["4/5"]), "meters: .*denominator"),
        (changed(meters=[4]), r"meters\[0\] must be a text"),
        (changed(max_beats=0), "max_beats must be a number of at least 1"),
        (changed(torch="new"), "torch must look like 2.6.0"),
        (changed(sha256="abc"), "sha256 must be 64 hex digits"),
        (changed(title=["x" * 1000]), "title must be a text, got .{,70}$"),
    ],
)
def test_a_wrong_field_is_said_with_its_value_and_rule(data, said):
    with pytest.raises(ArtifactError, match=said):
        Manifest.from_dict(data)


def test_edits_and_continuations_answer_on_the_melody_track():
    assert list(Manifest.from_dict(changed(technique="edit", tracks=[])).track_numbers) == [0]
    assert list(GOOD.track_numbers) == [1, 2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a TorchScript archive"),
        (b"MThd" * 100, "not a TorchScript archive"),
    ],
)
def test_what_is_no_archive_is_said_so(tmp_path, content, said):
    path = tmp_path / "toy.ts"
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match=f"^toy.ts: {said}"):
        read_manifest(path)


@pytest.mark.parametrize(
    ("content", "member", "said"),
    [
        ("{}", "toy/code/continuo.json", "no manifest in it"),
        ("{", "toy/extra/continuo.json", "its manifest is not JSON"),
        (b"\xff\xfe\xfa", "toy/extra/continuo.json", "its manifest is not JSON"),
        ('{"format": NaN}', "toy/extra/continuo.json", "NaN is not a number of JSON"),
        ("[" * 100_000, "toy/extra/continuo.json", "its manifest is not JSON"),
        ("[]", "toy/extra/continuo.json", "its manifest must be a JSON object, got list"),
        (" " * (MANIFEST_LIMIT_BYTES + 1), "toy/extra/continuo.json", "larger than 1000 kB"),
    ],
    ids=["elsewhere", "cut", "not text", "NaN", "deep", "a list", "huge"],
)
def test_a_bad_manifest_is_refused_with_the_reason(tmp_path, content, member, said):
    path = write_archive(tmp_path / "toy.ts", content, member)
    with pytest.raises(ArtifactError, match=said):
        read_manifest(path)


def test_a_damaged_archive_is_refused(tmp_path):
    path = write_archive(tmp_path / "toy.ts", json.dumps(GOOD.to_dict()))
    content = bytearray(path.read_bytes())
    content[60:80] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_manifest(path)


def test_a_missing_file_and_a_folder_are_no_artifacts(tmp_path):
    for path in (tmp_path, tmp_path / "none.ts"):
        with pytest.raises(ArtifactError, match="no such file"):
            read_manifest(path)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.sampled_from(list(GOOD.to_dict())), ANY_JSON)
def test_no_manifest_is_read_otherwise_than_whole_or_refused(name, value):
    try:
        manifest = Manifest.from_dict(changed(**{name: value}))
    except ArtifactError:
        return
    assert Manifest.from_dict(manifest.to_dict()) == manifest
