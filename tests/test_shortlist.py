"""借鉴清单: the list as a text, the cookie and links that hold it, and what readers see."""

import io
import random
import re
from html import unescape
from urllib.parse import urlencode

import docx
import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import shortlist
from cases.exports import columns
from cases.models import Case, Status
from cases.shortlist import Full, Pick, pack, unpack

pytestmark = pytest.mark.django_db

HERE = {"origin": "http://testserver"}
CHANGE = "/shortlist/change"


@pytest.fixture
def client():
    """Tokens are asked for, as in a browser."""
    return Client(enforce_csrf_checks=True)


def post(client, headers=HERE, **fields):
    return client.post(CHANGE, fields, headers=headers)


def picked(client):
    cookie = client.cookies.get("shortlist")
    return unpack(cookie.value) if cookie else ()


def body(response):
    return unescape(response.content.decode())


def numbered(number):
    return Case.objects.get(number=number)


def add(client, *numbers):
    ids = [numbered(number).pk for number in numbers]
    for pk in ids:
        post(client, add=pk)
    return ids


# The text


def test_a_list_reads_back_as_it_was():
    rng = random.Random(7)
    signs = '营商环境0a~:.\n，“😀é\\"%'
    for _ in range(200):
        ids = rng.sample(range(1, 10**6), rng.randint(0, 12))
        notes = ["".join(rng.choices(signs, k=rng.choice([0, 0, 5, 30]))) for _ in ids]
        picks = tuple(Pick(*pair) for pair in zip(ids, notes, strict=True))
        text = pack(picks)
        assert unpack(text) == picks
        assert re.fullmatch(r"[\w.~:-]*", text)


def test_a_script_can_read_the_numbers_but_nobody_can_change_them():
    text = pack((Pick(12, "好"), Pick(7)))
    assert text.startswith("12.7~")
    assert unpack(text.replace("12.", "13.")) == ()
    assert unpack(text[:-1]) == ()
    assert unpack(text + "x") == ()
    for odd in ("", "12.7", ":", "~:", "12.7:abc", "\x00", "１２:x"):
        assert unpack(odd) == ()


def test_the_list_is_bounded_in_number_and_in_size():
    most = tuple(Pick(n) for n in range(100_000, 100_000 + shortlist.MOST))
    assert len(pack(most)) < 400
    with pytest.raises(Full, match="最多放 30 个"):
        pack((*most, Pick(1)))
    rng = random.Random(3)
    notes = ["".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(200)) for _ in range(30)]
    with pytest.raises(Full, match="批注太长"):
        pack(tuple(Pick(*pair) for pair in enumerate(notes)))


def test_half_a_list_of_whole_notes_fits(library):
    """Notes of official prose: ten of 150 characters each."""
    text = "".join(p for s in numbered(5).sections.all() for p in s.paragraphs)
    picks = tuple(Pick(n, text[n * 150 : n * 150 + 150]) for n in range(10))
    assert len(pack(picks)) <= shortlist.LARGEST


def test_order_and_undo():
    picks = tuple(Pick(n, str(n)) for n in (1, 2, 3))

    def order(some):
        return [pick.case for pick in some]

    assert order(shortlist.moved(picks, 3, -1)) == [1, 3, 2]
    assert order(shortlist.moved(picks, 1, 1)) == [2, 1, 3]
    assert order(shortlist.moved(picks, 1, -1)) == [1, 2, 3]
    assert order(shortlist.moved(picks, 3, 1)) == [1, 2, 3]
    assert order(shortlist.moved(picks, 9, 1)) == [1, 2, 3]
    token = shortlist.removed(picks, 2)
    left = shortlist.without(picks, 2)
    assert order(left) == [1, 3]
    assert shortlist.bring_back(left, token) == picks
    assert shortlist.bring_back(picks, token) == picks
    assert shortlist.bring_back(left, token + "x") == left


def test_notes_are_plain_lines_and_bounded():
    assert shortlist.clean("  甲\r\n乙\x07\x00 ") == "甲\n乙"
    assert len(shortlist.clean("长" * 500)) == shortlist.NOTE_LENGTH


# Adding, without a script


def test_adding_leads_back_to_the_entry_and_twice_is_once(library, client):
    pk = numbered(5).pk
    for _ in range(2):
        response = post(client, add=pk, next="/cases/?q=企业&page=2#x")
        assert response.status_code == 302
        assert response["Location"].endswith(f"page=2#picked-{pk}")
    assert picked(client) == (Pick(pk),)
    response = post(client, remove=pk, next="/cases/?q=企业")
    assert response["Location"].endswith(f"#pick-{pk}")
    assert picked(client) == ()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(library, client, back):
    response = post(client, add=numbered(5).pk, next=back)
    assert response["Location"].startswith("/shortlist/")


def test_the_way_back_leads_to_an_entry_that_is_there(library, client):
    for address in ("/cases/?q=企业", numbered(5).get_absolute_url()):
        page = body(client.get(address))
        shown = re.findall(r'id="picked-(\d+)"', page)
        assert shown
        assert re.findall(r'name="add" value="(\d+)"', page) == shown
        # One form of the page takes them all: entries stand inside the form of the search.
        assert page.count('id="shortlist-form"') == 1


def test_kept_pages_are_the_same_for_every_reader(library, client):
    first = client.get("/cases/?q=企业")
    add(client, 5, 9)
    second = client.get("/cases/?q=企业")
    assert second.content == first.content
    assert second["ETag"] == first["ETag"]
    assert "csrfmiddlewaretoken" not in body(second)
    assert "csrftoken" not in second.cookies


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_what_readers_may_not_see_is_not_taken_in(library, client, status):
    pk = numbered(5).pk
    Case.objects.filter(pk=pk).update(status=status)
    for number in (pk, 987654, "abc", "", "9" * 30, "１２"):
        post(client, add=number)
    assert picked(client) == ()


def test_the_thirty_first_is_refused_in_words(library, client):
    add(client, *range(1, 31))
    assert len(picked(client)) == 30
    response = post(client, add=numbered(31).pk)
    assert "清单最多放 30 个案例，已经满了。请先移出一些再加。" in body(response)
    assert len(picked(client)) == 30


# Forged requests


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {}])
def test_a_form_of_another_site_changes_nothing(library, client, headers):
    pk = numbered(5).pk
    response = post(client, headers, add=pk)
    assert response.status_code == 200
    assert "再确认一次" in body(response)
    assert picked(client) == ()


def test_a_browser_that_says_nothing_is_asked_once(library, client):
    pk = numbered(5).pk
    asked = body(post(client, {}, add=pk, next="/cases/"))
    (form,) = re.findall(r"<main.*</main>", asked, re.S)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    assert fields["add"] == str(pk)
    forged = client.post(CHANGE, fields | {"csrfmiddlewaretoken": "x" * 64})
    assert forged.status_code == 403
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[-1]
    response = client.post(CHANGE, fields | {"csrfmiddlewaretoken": token})
    assert response["Location"] == f"/cases/#picked-{pk}"
    assert picked(client) == (Pick(pk),)


def test_a_referrer_is_as_good_as_an_origin(library, client):
    post(client, {"referer": "http://testserver/cases/"}, add=numbered(5).pk)
    assert len(picked(client)) == 1


def test_looking_at_the_forms_address_changes_nothing(library, client):
    add(client, 5)
    assert client.get(f"{CHANGE}?remove={numbered(5).pk}")["Location"] == "/shortlist/"
    assert len(picked(client)) == 1


# The page


def test_cases_stand_in_order_with_notes(library, client):
    ids = add(client, 9, 5, 16)
    post(client, **{f"note-{ids[1]}": "先试\r\n再推", "save": "1"})
    page = body(client.get("/shortlist/"))
    assert [int(n) for n in re.findall(r'<li class="pick" id="pick-(\d+)"', page)] == ids
    assert "先试\n再推</textarea>" in page
    for number in (9, 5, 16):
        assert numbered(number).title in page


def test_every_button_saves_the_notes(library, client):
    ids = add(client, 9, 5)
    for press in ({"up": ids[1]}, {"down": ids[1]}, {"compare": "1"}, {"export": "docx"}):
        note = f"按{next(iter(press))}"
        post(client, **press, **{f"note-{ids[0]}": note})
        assert note in [pick.note for pick in picked(client)]
    assert post(client, up=ids[1])["Location"] == f"/shortlist/#pick-{ids[1]}"
    assert [pick.case for pick in picked(client)] == [ids[1], ids[0]]


def test_what_was_taken_out_comes_back_with_its_note_and_place(library, client):
    ids = add(client, 9, 5, 16)
    post(client, **{f"note-{ids[1]}": "留着"})
    before = picked(client)
    response = post(client, remove=ids[1])
    page = body(client.get(response["Location"]))
    assert f"已移出《{numbered(5).title}》。" in page
    token = re.search(r'name="undo" value="([^"]+)"', page)[1]
    post(client, undo=token)
    assert picked(client) == before
    assert "已移出" not in body(client.get(response["Location"]))


def test_the_ticked_ones_are_compared(library, client):
    ids = add(client, 9, 5, 16)
    response = post(client, compare="1", tick=[ids[2], ids[0]])
    assert response["Location"] == f"/compare/?case={ids[2]}&case={ids[0]}"
    for ticked in ([], ids[:1], [1, 2, 3, 4, 5]):
        response = post(client, compare="1", tick=ticked)
        assert "请勾选 2 到 4 个案例再对比。" in body(client.get(response["Location"]))


def test_too_long_notes_are_given_back_to_be_shortened(library, client):
    rng = random.Random(5)
    ids = add(client, *range(1, 31))
    before = picked(client)
    notes = {
        f"note-{pk}": "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(200)) for pk in ids
    }
    page = body(post(client, **notes, save="1"))
    assert "批注太长" in page
    assert notes[f"note-{ids[0]}"] in page
    assert picked(client) == before


def test_a_withdrawn_case_keeps_its_place_without_content(library, client):
    ids = add(client, 9, 5)
    title, highlight = numbered(9).title, numbered(9).highlight
    numbered(9).withdraw()
    page = body(client.get("/shortlist/"))
    assert "已撤回" in page
    assert title not in page
    assert highlight not in page
    assert f'name="remove" value="{ids[0]}"' in page
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/shortlist/export.xlsx").getvalue()))
    assert title not in str(list(sheet.active.values))


def test_an_empty_or_forged_list_says_how_to_begin(library, client):
    assert "清单里还没有案例" in body(client.get("/shortlist/"))
    client.cookies["shortlist"] = "1.2.3:forged"
    assert "清单里还没有案例" in body(client.get("/shortlist/"))
    assert client.get("/shortlist/export.docx")["Location"] == "/shortlist/"


def test_few_queries_however_many_cases(library, client):
    add(client, *range(1, 31))
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/shortlist/")
    assert len(queries) <= 3
    assert len(response.content) < 100_000


# Sharing


def shared_links(client):
    page = body(client.get("/shortlist/"))
    return re.findall(r'<p class="citation" id="link-\d">http://testserver([^<]+)</p>', page)


def test_a_link_shows_the_list_to_others_read_only(library, client):
    ids = add(client, 9, 5)
    post(client, **{f"note-{ids[0]}": "可照搬"})
    whole, short = shared_links(client)
    other = Client(enforce_csrf_checks=True)
    page = body(other.get(whole))
    assert "可照搬" in page
    assert "textarea" not in page
    assert 'name="remove"' not in page
    assert "收入我的清单" in page
    assert "可照搬" not in body(other.get(short))
    assert numbered(9).title in body(other.get(short))
    assert len(short) < 120


def test_taking_a_shared_list_in_keeps_ones_own(library, client):
    ids = add(client, 9, 5)
    post(client, **{f"note-{ids[0]}": "他的", f"note-{ids[1]}": "他的"})
    (whole, _) = shared_links(client)
    packed = whole.partition("list=")[2]
    other = Client(enforce_csrf_checks=True)
    (own,) = add(other, 16)
    add(other, 5)
    post(other, **{f"note-{ids[1]}": "我的"})
    post(other, take=packed)
    assert picked(other) == (Pick(own), Pick(ids[1], "我的"), Pick(ids[0], "他的"))


def test_a_link_without_notes_is_the_only_one_where_there_are_none(library, client):
    add(client, 9)
    page = body(client.get("/shortlist/"))
    assert len(shared_links(client)) == 1
    assert page.count("<svg") - body(Client().get("/shortlist/")).count("<svg") == 1


@pytest.mark.parametrize("text", ["", "1.2", "1.2:x", "\0", "9" * 5000])
def test_a_broken_link_says_so(library, client, text):
    page = body(client.get("/shortlist/?" + urlencode({"list": text})))
    assert "这个链接不完整，或者已经失效。" in page


# Files


def test_the_brief_has_the_cases_in_order_with_their_notes(library, client):
    ids = add(client, 16, 5)
    post(client, **{f"note-{ids[1]}": "第二个的批注"})
    response = client.get("/shortlist/export.docx")
    paper = docx.Document(io.BytesIO(response.getvalue()))
    text = "\n".join(p.text for p in paper.paragraphs)
    first, second = numbered(16).title, numbered(5).title
    assert first[:8] in text
    assert text.find(first[:8]) < text.find(second[:8])
    assert "第二个的批注" in text
    # Others get the same by the link.
    (whole, _) = shared_links(client)
    query = whole.partition("?")[2]
    theirs = Client().get(f"/shortlist/export.docx?{query}")
    assert "第二个的批注" in "".join(
        p.text for p in docx.Document(io.BytesIO(theirs.getvalue())).paragraphs
    )


def test_the_table_has_the_notes_neutralised(library, client):
    ids = add(client, 16, 5)
    post(client, **{f"note-{ids[0]}": "=1+1"})
    response = client.get("/shortlist/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    head, first, second = sheet.iter_rows()
    names = [cell.value for cell in head]
    assert names == [
        *(column.heading for column in columns.COLUMNS[:2]),
        "批注",
        *(column.heading for column in columns.COLUMNS[2:]),
    ]
    assert [first[1].value, second[1].value] == [numbered(16).title, numbered(5).title]
    note = first[2]
    assert (note.value, note.data_type, note.quotePrefix) == ("=1+1", "s", True)
    assert second[2].value is None
