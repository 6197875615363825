"""A 对标 as a report in Word, and as rows of a table."""

from collections.abc import Iterator, Sequence

from django.utils import timezone

from ..benchmark import Benchmark, Practice
from ..citation import citation
from ..models import Outcome
from .columns import Value
from .word import Paper

HEADINGS = (
    "领域",
    "归属",
    "序号",
    "标题",
    "地区",
    "层级",
    "改革手段",
    "亮点",
    "指标",
    "改革前",
    "改革后",
    "变化",
    "已确认数据（条）",
    "推广阶段",
    "复制推广（处）",
    "依据分（满分12）",
    "通知标题",
    "文号",
    "链接",
)
RULE = (
    "依据分满分12分，由三项相加：有已确认的变化数据4分，只有其他已确认数据2分；推广阶段为试点1分、本市推广2分、"
    "全省推广3分、全国推广4分；每有一处复制推广（推进中或已见效）1分，最多4分。没有登记的不计分。"
)
_DIGITS = "零一二三四五六七八九"


def rows(found: Benchmark, site: str = "") -> Iterator[tuple[Value, ...]]:
    """Theme by theme as on the page, the place's own first; site: as for columns.Row."""
    for comparison in found.comparisons:
        for whose, side in (("本地", comparison.own), ("别处", comparison.others)):
            for number, practice in enumerate(side.practices, 1):
                yield comparison.theme.name, whose, number, *_cells(practice, site)


def _cells(practice: Practice, site: str) -> tuple[Value, ...]:
    case, evidence, number = practice.case, practice.evidence, practice.headline
    return (
        case.title,
        practice.place,
        str(case.level),
        "；".join(practice.approaches),
        case.highlight,
        number.metric if number else "",
        number.written_before if number else "",
        number.written_after if number else "",
        number.written_change if number else "",
        evidence.numbers,
        case.get_maturity_display(),
        evidence.copied,
        evidence.score,
        case.notice.title if case.notice else "",
        case.notice.doc_number if case.notice else "",
        f"{site}{case.get_absolute_url()}" if site else "",
    )


def report(found: Benchmark, author: str, filters: Sequence[str] = (), site: str = "") -> bytes:
    """filters: what it is limited to, in words. site: the site's address without a path, or ""."""
    name = found.region.name
    paper = Paper(f"{name}对标各地典型经验", author)
    paper.title(f"{name}对标各地典型经验")
    paper.subtitle("　".join((*filters, str(timezone.localdate()))))
    paper.heading(1, "一、总体情况")
    paper.paragraph(summary(found))
    _write_overview(paper, found)
    parts = [
        (f"{name}还没有案例的领域", found.missing),
        (f"{name}已有案例的领域", found.shared),
    ]
    written = [(heading, comparisons) for heading, comparisons in parts if comparisons]
    cited = {}
    for number, (heading, comparisons) in enumerate(written, 2):
        paper.heading(1, f"{numeral(number)}、{heading}")
        for position, comparison in enumerate(comparisons, 1):
            _write_theme(paper, name, position, comparison, cited)
    paper.heading(1, f"{numeral(len(written) + 2)}、说明和来源")
    paper.paragraph(RULE)
    for mark, (case, _) in enumerate(cited.values(), 1):
        address = f"{site}{case.get_absolute_url()}" if site else ""
        paper.source(f"[{mark}] {citation(case, address, timezone.localdate())}")
    return paper.save()


def summary(found: Benchmark) -> str:
    name = found.region.name
    own = f"本库收录{name}案例{found.own}个" if found.own else f"本库还没有{name}的案例"
    text = f"{own}，别处案例{found.others}个。"
    if found.missing:
        themes = "、".join(one.theme.name for one in found.missing)
        text += f"别处有案例而{name}还没有的领域{len(found.missing)}个：{themes}。"
    if found.without:
        text += f"各地都还没有案例的领域：{'、'.join(one.name for one in found.without)}。"
    return text


def _write_overview(paper, found):
    if not found.comparisons:
        return
    rows = []
    for one in found.comparisons:
        best = one.others.practices[0] if one.others.practices else None
        rows.append(
            [
                one.theme.name,
                str(one.own.total),
                str(one.others.total),
                titled(best) if best else "—",
            ]
        )
    paper.table(["领域", "本地", "别处", "别处依据最充分的做法"], rows, widths=(6, 2.5, 2.5, 17))


def _write_theme(paper, name, number, comparison, cited):
    theme, own, others = comparison.theme, comparison.own, comparison.others
    paper.heading(2, f"（{numeral(number)}）{theme.name}")
    if own.total:
        paper.paragraph(f"{name}有{own.total}个案例{_limit(own)}。")
        _write_practices(paper, theme, own, cited)
    if others.total:
        paper.paragraph(f"别处有{others.total}个案例，按依据从强到弱排列{_limit(others)}。")
        _write_practices(paper, theme, others, cited)
    if own.total and comparison.lacking:
        named = "、".join(f"{one.name}（{one.count}个案例）" for one in comparison.lacking)
        paper.paragraph(f"{named}。", label="别处用了、本地还没有用的改革手段：")


def _limit(side):
    shown = len(side.practices)
    return f"，以下列出前{shown}个" if shown < side.total else ""


def _write_practices(paper, theme, side, cited):
    """A case is described once, under the first of its themes; later ones name that."""
    for number, practice in enumerate(side.practices, 1):
        case = practice.case
        first = cited.setdefault(case.pk, (case, theme))[1]
        mark = list(cited).index(case.pk) + 1
        paper.heading(3, f"{number}. {titled(practice)}[{mark}]")
        if first != theme:
            paper.paragraph(f"见前面“{first.name}”。")
            continue
        if case.highlight:
            paper.paragraph(case.highlight)
        if practice.headline:
            paper.paragraph(f"{told(practice.headline)}。", label="主要数据：")
        if practice.approaches:
            paper.paragraph(f"{'、'.join(practice.approaches)}。", label="改革手段：")
        if practice.evidence.score:
            signs = "、".join(practice.evidence.signs)
            paper.paragraph(f"{signs}（{practice.evidence.score}分）。", label="依据：")


def titled(practice: Practice) -> str:
    """With the place before it, unless the title names that itself."""
    case = practice.case
    return case.title if case.region.name in case.title else f"{practice.place}：{case.title}"


def told(outcome: Outcome) -> str:
    """办理时限由20天到3天，减少85%."""
    before, after = outcome.written_before, outcome.written_after
    numbers = f"由{before}到{after}" if before and after else after
    return "，".join(filter(None, (f"{outcome.metric}{numbers}", outcome.written_change)))


def numeral(number: int) -> str:
    """1 to 99 as headings count: 十一, 二十."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"
