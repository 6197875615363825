"""借鉴清单: the cases that a reader picked, in his order, with his notes, as a short signed text.

The text is the list: it stands in his cookie and in the links that he hands on, and the server
keeps nothing. "12.7.33" with its signature is a list without notes, so that a link to it is short
and a script can read which cases there are; with notes it is "12.7.33~…", packed.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.core import signing

MOST = 30
NOTE_LENGTH = 200
# Browsers keep cookies of up to 4,096 bytes, their names and attributes included.
LARGEST = 3500

_signer = signing.Signer(salt="cases.shortlist")
_REMOVED = "cases.shortlist.removed"
# Two bytes a character, where UTF-8 has three: what is packed is a sixth shorter.
_ENCODING = "gb18030"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Full(ValueError):
    """The list takes no more; the message says in Chinese why and what to do."""


@dataclass(frozen=True)
class Pick:
    """case: its id."""

    case: int
    note: str = ""


Picks = tuple[Pick, ...]


def pack(picks: Picks) -> str:
    """Raises Full."""
    if len(picks) > MOST:
        raise Full(f"清单最多放 {MOST} 个案例，已经满了。请先移出一些再加。")
    text = ".".join(str(pick.case) for pick in picks)
    if any(pick.note for pick in picks):
        notes = json.dumps([pick.note for pick in picks], ensure_ascii=False)
        packed = zlib.compress(notes.encode(_ENCODING), 9)
        text += "~" + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    signed = _signer.sign(text)
    if len(signed) > LARGEST:
        raise Full("批注太长，清单存不下了。请缩短几条批注，或者先移出几个案例。")
    return signed


def unpack(text: str) -> Picks:
    """The list that pack() made the text of; an empty one for any other text."""
    try:
        cases, _, packed = _signer.unsign(text).partition("~")
        numbers = [int(number) for number in cases.split(".") if number]
        notes = [""] * len(numbers)
        if packed:
            compressed = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
            notes = json.loads(zlib.decompress(compressed).decode(_ENCODING))
        return tuple(Pick(*pair) for pair in zip(numbers, notes, strict=True))
    except (signing.BadSignature, ValueError, binascii.Error, zlib.error):
        return ()


def numbers(picks: Picks) -> list[int]:
    return [pick.case for pick in picks]


def add(picks: Picks, others: Iterable[Pick]) -> Picks:
    """The others at the end. What is there already stays as it is; its empty note is filled."""
    notes = {pick.case: pick.note for pick in others}
    kept = tuple(replace(p, note=p.note or notes.get(p.case, "")) for p in picks)
    there = set(numbers(picks))
    return kept + tuple(Pick(case, note) for case, note in notes.items() if case not in there)


def without(picks: Picks, case: int) -> Picks:
    return tuple(pick for pick in picks if pick.case != case)


def moved(picks: Picks, case: int, steps: int) -> Picks:
    """With one case so many places further down, up where negative; never past an end."""
    order = list(picks)
    for place, pick in enumerate(picks):
        if pick.case == case:
            order.insert(max(0, place + steps), order.pop(place))
            break
    return tuple(order)


def noted(picks: Picks, notes: Mapping[int, str]) -> Picks:
    """With these notes; cases that none is given for keep theirs."""
    return tuple(replace(pick, note=clean(notes.get(pick.case, pick.note))) for pick in picks)


def clean(note: str) -> str:
    """The note as the list keeps it: lines of text, NOTE_LENGTH characters of it."""
    text = _CONTROL.sub(" ", note.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()[:NOTE_LENGTH].rstrip()


def removed(picks: Picks, case: int) -> str:
    """What brings a case back that is about to be taken out; "" where it is not in the list."""
    for place, pick in enumerate(picks):
        if pick.case == case:
            return signing.dumps([place, pick.case, pick.note], salt=_REMOVED, compress=True)
    return ""


def bring_back(picks: Picks, text: str) -> Picks:
    """With the case that removed() told of in its old place, or unchanged."""
    found = read_removed(text)
    if found is None or found[1].case in numbers(picks):
        return picks
    place, pick = found
    return (*picks[:place], pick, *picks[place:])


def read_removed(text: str) -> tuple[int, Pick] | None:
    """(place, pick) of what removed() made; None for any other text."""
    try:
        place, case, note = signing.loads(text, salt=_REMOVED)
    except signing.BadSignature:
        return None
    return place, Pick(case, note)
