"""Bring your own articles: real files into a running page; what is not read is told, and nothing escapes or runs."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from harness import Sight, served
from pdfs import pdf
from playwright.sync_api import expect

from geo.store import Writer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TADMOR = "وصل الوفد إلى مدينة تدمر قادمًا من حلب، ثم عاد إلى حمص في المساء."
HOSTILE = "<img src=x onerror=document.title='run'> ${alert(1)} "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bring")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.txt").write_text("وصل الوفد إلى مدينة الموصل قادمًا من الرقة.", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path):
    limits = {"ARTICLE_ATLAS_UPLOAD_MB": "2", "ARTICLE_ATLAS_UPLOAD_FILES": "9"}
    with served(folder / "corpus", folder / "atlas", **limits) as found:
        yield found


def dialog(sight: Sight):
    return sight.page.get_by_role("dialog")


def open_dialog(sight: Sight) -> None:
    sight.page.locator('[data-key="bring"]').click()
    expect(sight.page.locator(".st-key-bring")).to_be_visible()


def buffer(name: str, raw: bytes) -> dict:
    return {"name": name, "mimeType": "text/plain", "buffer": raw}


def choose(sight: Sight, *files: dict) -> None:
    sight.page.locator('input[type="file"]').set_input_files(list(files))
    expect(sight.page.locator('[data-testid="stFileChip"]')).to_have_count(len(files))
    sight.page.wait_for_load_state("networkidle")  # until they are there, they are not chosen
    sight.page.wait_for_timeout(500)


def add(sight: Sight) -> None:
    sight.page.locator(".st-key-bring_read button").click()


def serious(sight: Sight) -> list[str]:
    found = Axe().run(sight.page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in ("serious", "critical")
    ]


def test_new_places_appear_without_a_restart(look, address, folder):
    other = look(address, locale="en").open("?lang=en")
    sight = look(address, locale="en").open("?lang=en")
    sight.expect_on_map(2)
    text = folder / "خبر <b>.txt"
    text.write_text(TADMOR, encoding="utf-8")
    archive = folder / "pack.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("inside/one.txt", "وصل إلى مدينة دير الزور قادمًا من القامشلي أمس.")
        packed.writestr("../../../escape.txt", "وصل إلى مدينة بغداد.")
    page = folder / "page.html"
    page.write_text(
        f"<html><head><title>{HOSTILE}</title></head><body><script>document.title='run'</script>"
        f"<p>وصل الوفد إلى مدينة البصرة قادمًا من بيروت أمس، وقال مصدر إن اللقاء كان طويلًا {HOSTILE}.</p></body>",
        encoding="utf-8",
    )
    bad = folder / "bad.txt"
    bad.write_bytes("وصل إلى مدينة دمشق".encode() + b"\xff\xfe\x81")
    scan = folder / "scan.pdf"
    scan.write_bytes(pdf([]))
    title = sight.page.title()
    open_dialog(sight)
    assert serious(sight) == []
    brought = [buffer(path.name, path.read_bytes()) for path in (text, archive, page, bad, scan)]
    choose(sight, *brought, buffer("../../x.exe", b"MZ"))
    add(sight)
    expect(dialog(sight)).to_contain_text("Articles added: 3")
    said = dialog(sight).inner_text()
    assert "pack.zip/../../../escape.txt" in said
    assert "its name leads out of the archive" in said
    assert "bad.txt" in said
    assert "scan.pdf" in said
    assert "x.exe" in said
    assert serious(sight) == []
    sight.page.locator(".st-key-bring_show button").click()
    expect(dialog(sight)).to_have_count(0)
    sight.expect_on_map(9)
    sight.panel.get_by_role("searchbox").fill("تدمر")
    sight.panel.get_by_role("link", name="تدمر").click()
    expect(sight.panel.locator("blockquote")).to_contain_text("تدمر")
    other.page.reload()
    other.frame_locator("[data-ready=true]").wait_for()
    other.expect_on_map(9)
    kept = {path.name for path in (folder / "atlas.uploads").iterdir()}
    assert kept == {"خبر _b_.txt", "pack.zip", "page.html"}
    assert not list(folder.rglob("escape.txt"))
    assert sight.page.title() == title
    assert (sight.faults, sight.outside) == ([], [])


def test_the_same_again_is_told_and_changes_nothing(look, address, folder):
    sight = look(address, locale="ar").open("?lang=ar")
    before = sight.page.locator(".totals").inner_text()
    open_dialog(sight)
    choose(sight, buffer("a.txt", (folder / "corpus" / "a.txt").read_bytes()))
    add(sight)
    expect(dialog(sight)).to_contain_text("مقالات كانت في الأطلس من قبل: 1")
    expect(sight.page.locator(".st-key-bring_show")).to_have_count(0)
    sight.page.keyboard.press("Escape")
    expect(dialog(sight)).to_have_count(0)
    assert sight.page.locator(".totals").inner_text() == before
    assert sight.faults == []


def test_a_text_is_pasted_by_keyboard(look, address):
    sight = look(address, locale="en").open("?lang=en")
    sight.page.locator('[data-key="bring"]').focus()
    sight.page.keyboard.press("Enter")
    sight.page.get_by_role("tab", name="Files").focus()
    sight.page.keyboard.press("ArrowRight")
    sight.page.keyboard.press("Enter")
    sight.page.get_by_label("Paste a text").fill(f"{HOSTILE} وصل الوفد إلى مدينة عدن.")
    sight.page.get_by_label("Title").fill(HOSTILE)
    sight.page.get_by_label("Date").fill("25 October 2017")
    sight.page.get_by_label("Source").fill("الشرق")
    sight.page.keyboard.press("Tab")
    button = sight.page.locator(".st-key-bring_read button")
    button.focus()
    sight.page.keyboard.press("Enter")
    expect(dialog(sight)).to_contain_text("Articles added: 1")
    sight.page.locator(".st-key-bring_show button").focus()
    sight.page.keyboard.press("Enter")
    expect(dialog(sight)).to_have_count(0)
    sight.panel.get_by_role("searchbox").fill("Aden")
    sight.panel.get_by_role("link", name="Aden").click()
    expect(sight.panel.locator(".source").first).to_contain_text("25 October 2017")
    expect(sight.panel.locator("h3").first).to_have_text(HOSTILE.strip())
    assert (sight.faults, sight.outside) == ([], [])


def test_limits_are_those_of_the_settings(look, address, folder):
    sight = look(address, locale="en").open("?lang=en")
    open_dialog(sight)
    expect(dialog(sight)).to_contain_text("At most 9 files, 2 MB together")
    add(sight)
    expect(dialog(sight)).to_contain_text("Choose files or paste a text first")
    small = [buffer(f"{n}.txt", b"x") for n in range(10)]
    choose(sight, *small)
    add(sight)
    expect(dialog(sight)).to_contain_text("These are 10 files; at most 9")
    sight.open("?lang=en")
    open_dialog(sight)
    choose(sight, *(buffer(f"{n}.txt", b"x" * 1_200_000) for n in range(2)))
    add(sight)
    expect(dialog(sight)).to_contain_text("These files have 2.4 MB together; at most 2 MB")
    sight.open("?lang=en")
    open_dialog(sight)
    large = buffer("large.txt", b"x" * 3_000_000)
    sight.page.locator('input[type="file"]').set_input_files([large])
    expect(dialog(sight)).to_contain_text("must be 2.0MB or smaller")  # Streamlit's own refusal
    assert not (folder / "atlas.uploads" / "large.txt").exists()


def test_a_busy_atlas_gets_a_sentence(look, address, folder):
    sight = look(address, locale="en").open("?lang=en")
    open_dialog(sight)
    choose(sight, buffer("busy.txt", "في مدينة صنعاء".encode()))
    with Writer(folder / "atlas", recipe="another"):
        add(sight)
        expect(dialog(sight)).to_contain_text("Another process is writing this atlas. Nothing was added")
    add(sight)
    expect(dialog(sight)).to_contain_text("Articles added: 1")
    assert sight.faults == []


@pytest.mark.parametrize(("lang", "said"), [("en", "no articles are added"), ("ar", "ولا تُضاف إليه مقالات")])
def test_an_atlas_that_is_only_shown_gets_a_sentence(look, made_address, lang, said):
    sight = look(made_address, locale=lang).open(f"?lang={lang}")
    line = sight.page.locator(".masthead .line")
    expect(line).to_contain_text(said)
    expect(line).to_have_attribute("title", re.compile("ARTICLE_ATLAS_CORPUS"))
    expect(sight.page.locator("button.bring")).to_have_count(0)
    assert sight.faults == []


def test_a_folder_that_cannot_be_written_gets_a_sentence(look, tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.jsonl").write_text(json.dumps({"text": "في مدينة الموصل"}), encoding="utf-8")
    (tmp_path / "file").write_text("no folder")
    uploads = str(tmp_path / "file" / "uploads")
    with served(tmp_path / "corpus", tmp_path / "atlas", ARTICLE_ATLAS_UPLOADS=uploads) as found:
        sight = look(found, locale="en").open("?lang=en")
        open_dialog(sight)
        choose(sight, buffer("x.txt", "في مدينة صنعاء".encode()))
        add(sight)
        expect(dialog(sight)).to_contain_text("Nothing was added: the folder cannot be written")
        sight.page.keyboard.press("Escape")
        sight.expect_on_map(1)


def test_it_fits_a_phone(look, address):
    sight = look(address, locale="ar", viewport=(390, 844), scheme="dark").open("?lang=ar")
    open_dialog(sight)
    assert serious(sight) == []
    assert sight.page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = sight.page.locator("section[role=dialog] button:visible").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    labels = sight.page.locator("section[role=dialog] button[aria-label]").evaluate_all(
        "all => all.map(e => e.ariaLabel)"
    )
    assert labels == ["إغلاق", "اختر ملفات"]
