"""The pages for readers: every link leads somewhere, and the README is read in two minutes."""

import re
from pathlib import Path

import pytest
from paths import ROOT

FENCE = re.compile(r"(?ms)^\s*```.*?^\s*```$")
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"(?m)^#+ +(.+?) *$")
MENTIONED = re.compile(r"`((?:bridge|models|tests|docs|tools|scripts|examples)/[\w./-]*)`")


def pages() -> list[Path]:
    """All Markdown of the repository, without what is installed or built beside it."""
    found = [*ROOT.glob("*.md"), *(p for p in ROOT.glob("*/**/*.md") if ".venv" not in p.parts)]
    return sorted(page for page in found if not {"build", "node_modules"} & set(page.parts))


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """Its text without blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What its headings can be linked by, as GitHub makes it of them."""
    plain = (heading.replace("`", "").lower() for heading in HEADING.findall(prose(page)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def broken(page: Path) -> list[str]:
    """The links of a page to files and headings that are not there."""
    wrong = []
    for link in LINK.findall(CODE.sub("", prose(page))):
        if re.match(r"[a-z]+:", link):  # another site's
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_and_anchor_leads_somewhere(page):
    assert broken(page) == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_file_and_folder_that_is_named_is_there(page):
    named = MENTIONED.findall(prose(page))
    there_is_none = [name for name in named if "NAME" not in name and not (ROOT / name).exists()]
    assert there_is_none == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_module_that_is_to_be_run_is_there(page):
    modules = re.findall(r"python -m ((?:bridge|models|tools)\.[\w.]+)", page.read_text("utf-8"))
    places = [ROOT / module.replace(".", "/") for module in modules]
    assert [p for p in places if not (p.with_suffix(".py").exists() or p.is_dir())] == []


def test_every_page_can_be_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = [link.partition("#")[0] for link in LINK.findall(prose(page))]
        waiting += [(page.parent / link).resolve() for link in links if link and ":" not in link]
    assert {name_of(p) for p in (ROOT / "docs").glob("*.md")} <= {name_of(p) for p in reached}


def test_the_readme_is_read_in_two_minutes():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 200


def test_the_code_map_names_every_room():
    inits = [*ROOT.glob("bridge/*/__init__.py"), *ROOT.glob("models/*/__init__.py")]
    rooms = {f"{name_of(init.parent)}/" for init in inits} - {"models/pretrained/"}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {room for room in rooms if f"`{room}`" not in text} == set()
