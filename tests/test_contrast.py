"""Colours that stand on each other have the contrast that GB/T 37668 and WCAG AA ask for."""

import re

import pytest
from django.conf import settings

CSS = (settings.BASE_DIR / "static/css/tokens.css").read_text(encoding="utf-8")

# (text, ground): 4.5 to 1
TEXT = [
    ("text", "ground"),
    ("text", "ground-soft"),
    ("text", "tint"),
    ("text", "marked"),
    ("text", "seal-tint"),
    ("text-quiet", "ground"),
    ("text-quiet", "ground-soft"),
    ("text-quiet", "tint"),
    ("text-quiet", "seal-tint"),
    ("link", "ground"),
    ("link", "ground-soft"),
    ("link", "tint"),
    ("seal", "ground"),
    ("seal", "seal-tint"),
    ("seal", "ground-soft"),
    ("on-seal", "seal"),
    ("on-ink", "ink"),
    *((f"on-heat-{step}", f"heat-{step}") for step in range(1, 6)),
]
# What is no text but has to be seen: 3 to 1
SHAPES = [("line-strong", "ground"), ("focus", "ground"), ("bar", "ground"), ("seal-on-ink", "ink")]


def blocks():
    """name of the set -> its colours, each set laid over those that it builds on."""
    found = re.findall(
        r"(@media \(prefers-color-scheme: dark\) \{\s*)?(:root|\.large-print) \{([^}]*)\}", CSS
    )
    sets = {"light": {}, "dark": {}, "large": {}, "large dark": {}}
    for media, selector, body in found:
        name = {
            (False, ":root"): "light",
            (True, ":root"): "dark",
            (False, ".large-print"): "large",
            (True, ".large-print"): "large dark",
        }[bool(media), selector]
        sets[name] |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body))
    light, dark = sets["light"], sets["light"] | sets["dark"]
    return {
        "light": light,
        "dark": dark,
        "large": light | sets["large"],
        # A class outranks :root, so large print lies over dark, and its own dark over both.
        "large dark": dark | sets["large"] | sets["large dark"],
    }


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["light", "dark", "large", "large dark"])
def test_contrast(name):
    colours = blocks()[name]
    low = [
        (front, ground, round(contrast(colours[front], colours[ground]), 2))
        for pairs, least in ((TEXT, 4.5), (SHAPES, 3.0))
        for front, ground in pairs
        if contrast(colours[front], colours[ground]) < least
    ]
    assert not low


def test_black_on_white_is_measured_as_21_to_1():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
