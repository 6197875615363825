"""Colours of the desk: dark is asked for in two ways, and words are readable in each."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = Path(settings.BASE_DIR) / "static" / "admin-extra"
PALETTE = SHEETS / "admin.css"
# Words on their ground.
PAIRS = [
    ("--warning-fg", "--warning-bg"),
    ("--warning-quiet-fg", "--warning-bg"),
    ("--warning-fg", "--stop-bg"),
    ("--del-fg", "--del-bg"),
    ("--ins-fg", "--ins-bg"),
]
ALONE = ["--ask-fg", "--good-fg", "--bad-fg", "--note-fg"]
GROUNDS = {"light": "#ffffff", "auto": "#212121", "dark": "#212121"}


def palettes():
    text = PALETTE.read_text(encoding="utf-8")
    starts = {
        "light": 'html[data-theme="light"],\n:root {',
        "auto": "@media (prefers-color-scheme: dark) {\n  :root {",
        "dark": 'html[data-theme="dark"] {',
    }
    found = {}
    for name, start in starts.items():
        block = text.split(start, 1)[1].split("}", 1)[0]
        found[name] = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", block))
    return found


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_dark_is_the_same_by_the_switch_and_by_the_system():
    found = palettes()
    assert found["auto"] == found["dark"]
    assert (
        found["light"].keys() == found["dark"].keys() >= {name for pair in PAIRS for name in pair}
    )


@pytest.mark.parametrize("way", GROUNDS)
def test_words_are_readable_on_their_ground(way):
    colours = palettes()[way]
    for words, ground in PAIRS:
        assert contrast(colours[words], colours[ground]) >= 4.5, (words, ground)
    for words in ALONE:
        assert contrast(colours[words], GROUNDS[way]) >= 4.5, words


@pytest.mark.parametrize("path", sorted(SHEETS.glob("*.css")), ids=lambda path: path.stem)
def test_no_other_sheet_knows_of_only_one_of_the_ways(path):
    text = path.read_text(encoding="utf-8")
    if path != PALETTE:
        assert "data-theme" not in text
    # What is written down as a colour is right in both, or on a ground of its own.
    for rule in re.findall(r"\{[^{}]*\}", text):
        if re.search(r"(?<![-\w])color: #(?!fff\b)", rule):
            assert "background: #" in rule, rule
