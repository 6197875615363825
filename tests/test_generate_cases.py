"""generate_cases: realistic cases in great number, the same for the same seed, never among real."""

from io import StringIO
from statistics import mean

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from cases.models import Case, Notice, Region, Section, Status
from search.models import IndexChange, LanguageVersion
from search.searching import SearchRequest, search


@pytest.fixture
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def generate(library, own_folder):
    def run(count, **options):
        out = StringIO()
        call_command("generate_cases", count, stdout=out, **options)
        return out.getvalue()

    return run


def generated():
    return Case.objects.filter(notice__doc_number__startswith="生成数据").order_by("pk")


def contents(cases):
    return [
        (
            case.title,
            case.highlight,
            case.maturity,
            case.region.code,
            *(theme.code for theme in case.themes),
            *sorted(approach.code for approach in case.approaches.all()),
            *sorted(body.code for body in case.bodies.all()),
            *((section.kind, section.heading, section.text) for section in case.sections.all()),
        )
        for case in cases.with_text()
    ]


def text_of(cases):
    return "".join(Section.objects.filter(case__in=cases).values_list("text", flat=True))


def test_it_writes_so_many_cases_and_says_what_to_do_next(generate):
    said = generate(120)
    assert generated().count() == 120
    assert "已生成 120 个案例" in said
    assert "rebuild_index" in said
    assert set(generated().values_list("status", flat=True)) == {Status.DRAFT}


def test_the_same_seed_gives_the_same_cases_and_more_of_them_begin_alike(generate):
    generate(60)
    first = contents(generated())
    generated().delete()
    Notice.objects.filter(doc_number__startswith="生成数据").delete()
    generate(90)
    assert contents(generated())[:60] == first


def test_another_seed_gives_others(generate):
    generate(30)
    generate(30, seed="2")
    titles = list(generated().values_list("title", flat=True))
    assert len(set(titles[:30]) & set(titles[30:])) < 5


def test_a_second_run_adds_other_cases(generate):
    generate(30)
    generate(30)
    assert generated().count() == 60
    assert len(set(map(str, contents(generated())))) == 60


def test_cases_are_as_long_and_as_various_as_real_ones(generate):
    generate(300)
    lengths = [sum(len(section[2]) for section in case[-3:]) for case in contents(generated())]
    assert 1450 < mean(lengths) < 1750
    assert len(set(lengths)) > 200
    regions = Region.objects.filter(cases__in=generated())
    assert set(regions.values_list("kind", flat=True)) == {"province", "city", "district", "zone"}
    assert regions.distinct().count() > 150
    counts = sorted((region.cases.count() for region in regions.distinct()), reverse=True)
    assert counts[0] >= 5
    assert counts[-1] == 1
    assert generated().values("notice__issued_on__year").distinct().count() > 4


def test_the_vocabulary_grows(generate):
    def pairs(cases):
        text = text_of(cases)
        return {text[index : index + 3] for index in range(len(text))}

    generate(400)
    ids = list(generated().values_list("pk", flat=True))
    sizes = [len(pairs(ids[:count])) for count in (100, 200, 400)]
    # By Heaps' law with an exponent of 0.4 or more; copies of the sources would stop growing.
    assert sizes[1] > 2**0.4 * sizes[0]
    assert sizes[2] > 2**0.4 * sizes[1]


def test_names_of_places_become_those_of_the_case(generate):
    generate(100)
    fujian = generated().filter(region__code__startswith="35")
    assert "福州市" not in text_of(generated().exclude(pk__in=fujian.values("pk")))


def test_it_leaves_nothing_for_the_index_to_follow(generate, django_capture_on_commit_callbacks):
    before = list(LanguageVersion.objects.values_list("name", "number"))
    with django_capture_on_commit_callbacks() as callbacks:
        generate(40, published=True)
    assert not callbacks
    assert not IndexChange.objects.exists()
    assert list(LanguageVersion.objects.values_list("name", "number")) == before


def test_published_cases_are_found_after_a_rebuild(generate):
    generate(40, published=True)
    call_command("rebuild_index", verbosity=0)
    assert search(SearchRequest()).total == 35 + 40
    title = generated().first().title
    assert generated().first().pk in [
        hit.case.pk for hit in search(SearchRequest(text=f"“{title}”")).hits
    ]


def test_it_refuses_the_default_folder(library, settings):
    settings.DATA_DIR = settings.BASE_DIR / "var"
    with pytest.raises(CommandError, match="默认的数据文件夹"):
        call_command("generate_cases", 5)
    assert not generated().exists()


def test_it_refuses_where_there_are_accounts(generate):
    get_user_model().objects.create_user("editor")
    with pytest.raises(CommandError, match="有账号"):
        generate(5)
    assert not generated().exists()


def test_it_refuses_among_other_notices(generate):
    Notice.objects.create(title="关于复制推广的通知")
    with pytest.raises(CommandError, match="《关于复制推广的通知》"):
        generate(5)
    assert not generated().exists()


def test_it_refuses_among_cases_of_ones_own(generate):
    Case.objects.create(title="手写的案例")
    with pytest.raises(CommandError, match="《手写的案例》"):
        generate(5)
    assert not generated().exists()


def test_it_needs_cases_to_work_from(taxonomy, own_folder):
    with pytest.raises(CommandError, match="请先运行 manage"):
        call_command("generate_cases", 5)


@pytest.mark.parametrize("count", [0, -3])
def test_a_count_is_at_least_one(generate, count):
    with pytest.raises(CommandError, match="从 1 开始"):
        generate(count)
