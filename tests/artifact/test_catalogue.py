import json
from dataclasses import replace

import pytest
from manifests import GOOD, write_archive

from models.artifact import catalogue
from models.artifact.catalogue import UnknownModelError, find, list_models, user_folder
from models.artifact.manifest import ArtifactError


def put(folder, name, content=None):
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.ts"
    if content is not None:
        path.write_bytes(content)
        return path
    manifest = replace(GOOD, title=f"{folder.name} {name}").to_dict()
    return write_archive(path, json.dumps(manifest))


@pytest.fixture
def folders(tmp_path, monkeypatch):
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    monkeypatch.setattr(catalogue, "SHIPPED_FOLDER", shipped)
    monkeypatch.setenv("CONTINUO_MODELS", str(own))
    put(shipped, "bach")
    put(shipped, "zither")
    return shipped, own


def test_the_default_comes_first_then_the_others_by_name_then_the_broken(folders):
    put(folders[1], "accordion")
    put(folders[1], "Band")
    put(folders[1], "aaa", b"no archive")
    names = ["bach", "accordion", "Band", "zither", "aaa"]
    assert [e.name for e in list_models()] == names


def test_a_model_put_into_the_user_s_folder_appears_without_a_restart(folders):
    assert "mine" not in [e.name for e in list_models()]
    put(folders[1], "mine")
    assert find("mine").require().title == "own mine"
    assert not find("mine").shipped
    assert find("bach").shipped


def test_a_model_that_was_replaced_is_read_again_and_one_that_was_not_is_not(folders, monkeypatch):
    path = put(folders[1], "mine")
    assert find("mine").require().title == "own mine"
    write_archive(path, json.dumps(replace(GOOD, title="A better one").to_dict()))
    assert find("mine").require().title == "A better one"
    monkeypatch.setattr(catalogue, "read_manifest", None)
    assert find("mine").require().title == "A better one"


def test_the_user_s_model_wins_over_a_shipped_one_of_the_same_name(folders):
    put(folders[1], "bach")
    entry = find("bach")
    assert entry.require().title == "own bach"
    assert entry.hides == folders[0] / "bach.ts"


def test_a_broken_model_is_listed_with_its_reason(folders):
    put(folders[1], "broken", b"no archive")
    entry = find("broken")
    assert "not a TorchScript archive" in entry.error
    with pytest.raises(ArtifactError, match="not a TorchScript archive"):
        entry.require()


@pytest.mark.parametrize("name", ["my model", "caf\u00e9", "a.b"])
def test_a_file_whose_name_is_no_model_name_is_listed_as_broken(folders, name):
    put(folders[1], name)
    assert "letters, digits" in find(name).error


def test_a_mistyped_name_is_answered_with_near_ones(folders):
    with pytest.raises(UnknownModelError, match=r"no model 'Bahc'; did you mean bach\?"):
        find("Bahc")
    with pytest.raises(UnknownModelError, match="there is bach, zither"):
        find("qqqq")


@pytest.mark.parametrize("name", ["../own/mine", "/etc/passwd", "", ".", "mine.ts", "shipped/bach"])
def test_a_path_is_not_a_name(folders, name):
    put(folders[1], "mine")
    with pytest.raises(UnknownModelError):
        find(name)


def test_without_any_model_the_way_to_one_is_said():
    with pytest.raises(UnknownModelError, match="continuo train"):
        find("bach", [])


def test_what_is_being_written_and_what_is_no_artifact_is_not_listed(folders):
    put(folders[1], ".bach-x")
    (folders[1] / "notes.txt").touch()
    assert [e.name for e in list_models()] == ["bach", "zither"]


def test_the_user_s_folder_is_where_the_system_keeps_such_things(monkeypatch):
    monkeypatch.delenv("CONTINUO_MODELS", raising=False)
    assert user_folder().parts[-2:] == ("continuo", "models")
