"""What the cover letter says about the notice: title, 文号, issuer, date."""

import re
from collections.abc import Sequence
from datetime import date

from cases.notices.formats.lines import join
from cases.notices.parsing.boundaries import is_side_line
from cases.notices.parsing.manuscript import Line
from cases.notices.parsing.numbering import chinese_number

_GENRES = "通知|通报|函|公告|通告|意见|决定|报告|请示|批复|方案|公示|推介"
_TITLE = re.compile(
    rf"[^。；]{{0,60}}关于[^。；]{{2,120}}的?(?:{_GENRES})(?:[（(][^（）()]{{1,30}}[)）])?$"
)
_NUMBER = re.compile(
    r"([\u4e00-\u9fffA-Za-z]{1,20})\s*[〔\[【（(﹝［]\s*((?:19|20)\d\d)\s*[〕\]】）)﹞］]\s*第?\s*(\d{1,5})\s*号"
)
_NUMBER_LABEL = re.compile(r"(?:发文字号|文\s*号|文件编号|发文号|文件号)\s*[:：]?\s*")
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*日?(?!\d)"
)
_CN_DIGITS = "〇零○Ｏ0一二三四五六七八九"
_CN_DATE = re.compile(
    rf"([一二][{_CN_DIGITS}]{{3}})\s*年\s*([一二三四五六七八九十元]{{1,3}})\s*月\s*([一二三四五六七八九十]{{1,3}})\s*日"
)
_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff、（）()·\s]{2,60}"
    r"(?:委员会|政府|厅|局|办公室|委|办|院|中心|小组|部|署|社|会|处|公司|银行|法院|检察院|支队|总队|专班|营商办|发改委)"
    r"(?:[（(](?:代章|盖章|印章|章)[)）])?"
)
_SEALED = re.compile(r"[（(](?:代章|盖章|印章|章|公章)[)）]|[（(]公章[)）]")
_RED_HEAD = re.compile(
    r"([\u4e00-\u9fff]{4,40}(?:委员会|政府|厅|局|办公室|院|中心|小组|委|办))(?:文件|[（(]函[)）]|通知)$"
)
_DATE_LABELS = (
    re.compile(r"(?:成文日期|发文日期|印发日期|签发日期|生成日期)\s*[:：]?\s*"),
    re.compile(r"(?:发布日期|发布时间|公开日期|日\s*期|时\s*间)\s*[:：]?\s*"),
)
_ISSUER_LABEL = re.compile(
    r"(?:发文机关|发布机构|制发机关|发文单位|印发单位|发布单位|印发机关|编发单位|编发机关|编印单位)\s*[:：]?\s*([^\s:：]{2,40})"
)
_TAIL = re.compile(
    r"[（(](?:此件|联系人|信息公开|公开|依申请).{0,60}$|抄\s*送|抄\s*报|主\s*送|印\s*发\s*$|.{0,60}印发$"
    r"|责任编辑|信息来源|来\s*源|编\s*辑|主办单位|联系人|联系电话|附件(?:下载)?\s*[:：]|（?盖章|政务公开|公开方式"
)
_ATTACHMENT = re.compile(
    r"附件?\s*\d{0,2}\s*[:：]?\s*(?:\d{1,2}\s*[.．、]\s*)?(.{4,120})\.(?:docx?|wps|pdf|ofd|txt)$",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"\s*[（(]\d{2,8}[)）]\s*$|\s*[（(](?:定稿|终稿|最终稿|印发稿|发文稿)[)）]\s*$"
)
PARTICULARS = re.compile(
    r"(?:发布|成文|发文|公开)?(?:时间|日期)\s*[:：]|(?:信息|稿件|文章)?来\s*源\s*[:：]|(?:浏览|阅读|点击)(?:次数|量)?\s*[:：]"
    r"|(?:发布|发文|制发)(?:机构|机关|单位)\s*[:：]|文\s*号\s*[:：]|索\s*引\s*号|字\s*[体号]\s*[:：]"
)
_SALUTATION = re.compile(r"^[^。]{2,160}[:：]$")


def _date(match: re.Match) -> date | None:
    year, month, day = match.groups()
    numbers = [
        chinese_number(part.replace("Ｏ", "〇").replace("元", "一"))
        if not part.isdigit()
        else int(part)
        for part in (year.replace("0", "〇") if not year.isdigit() else year, month, day)
    ]
    try:
        return date(*numbers)
    except (TypeError, ValueError):
        return None


def find_date(text: str) -> tuple[date, int, int] | None:
    """The first date in a text with its place: 2025年4月10日, 2025-04-10, 二〇二五年四月十日."""
    for pattern in (_DATE, _CN_DATE):
        match = pattern.search(text[:400])
        if match is not None and (found := _date(match)) is not None:
            return found, match.start(), match.end()
    return None


def _date_alone(text: str) -> tuple[date, str] | None:
    """(date, what stands before it) of a signature line: a date at the end of a short line."""
    if len(text) > 90:
        return None
    found = find_date(text)
    if found is None or text[found[2] :].strip():
        return None
    before = text[: found[1]].strip()
    if before and _ORGANISATION.fullmatch(before) is None:
        return None
    return found[0], before


def _is_organisation(text: str) -> bool:
    return len(text) <= 60 and _ORGANISATION.fullmatch(text.strip()) is not None


def find_signature(lines: Sequence[Line]) -> tuple[str, date | None]:
    """(issuer, date) of the last signature: names of bodies and a date under them."""
    for index in range(len(lines) - 1, -1, -1):
        found = _date_alone(lines[index].text)
        if found is None:
            continue
        if found[1]:
            return _unsealed(found[1]), found[0]
        names: list[str] = []
        place = index - 1
        while place >= 0 and len(names) < 12 and _is_organisation(lines[place].text):
            names.insert(0, _unsealed(lines[place].text))
            place -= 1
        if names:
            return "、".join(names), found[0]
    return "", None


def _unsealed(name: str) -> str:
    return "、".join(" ".join(_SEALED.sub("", name).split(" ")).split())


def find_issued_on(lines: Sequence[Line]) -> date | None:
    """The date by label, from the imprint (…印发), or alone on a line."""
    for label in _DATE_LABELS:
        for line in lines:
            match = label.search(line.text[:400])
            found = find_date(line.text[match.end() :]) if match is not None else None
            if found is not None and found[1] <= 2:
                return found[0]
    for line in reversed(lines):
        if line.text.endswith("印发") and (found := find_date(line.text)) is not None:
            return found[0]
    for line in reversed(lines):
        found = _date_alone(line.text)
        if found is not None:
            return found[0]
    return None


def find_issuer(lines: Sequence[Line], title: str) -> str:
    """The issuing body by label, red head or title, for letters without a signature."""
    for line in lines:
        match = _ISSUER_LABEL.search(line.text[:400])
        if match is not None:
            return match.group(1)
    for line in lines[:12]:
        match = _RED_HEAD.match("".join(line.text.split()))
        if match is not None and "关于" not in line.text:
            return match.group(1)
    match = re.match(r"(.{2,60}?)(?:关于)", title)
    if match is not None and _is_organisation(match.group(1).replace("办公厅", "办公室")):
        return match.group(1).strip()
    return ""


def find_doc_number(lines: Sequence[Line]) -> str:
    """闽发改〔2025〕12号, alone on a line or after its label, in the brackets of the norm."""
    for line in lines:
        label = _NUMBER_LABEL.search(line.text[:400])
        if label is not None:
            match = _NUMBER.match(line.text, label.end())
            if match is not None:
                return _doc_number(match)
    for line in lines:
        if len(line.text) > 60:
            continue
        match = _NUMBER.search(line.text)
        if match is None:
            continue
        rest = (line.text[: match.start()] + line.text[match.end() :]).strip("（）() 　")
        if not rest or re.match(r"签发人", rest):
            return _doc_number(match)
    return ""


def _doc_number(match: re.Match) -> str:
    return f"{match.group(1)}〔{match.group(2)}〕{match.group(3)}号"


def find_title(lines: Sequence[Line], document_title: str) -> str:
    """关于…的通知; else an <h1> or <title>; else the attachment's file name; else ""."""
    for index in range(min(len(lines), 40)):
        joined = ""
        for count in range(4):
            if index + count >= len(lines):
                break
            line = lines[index + count]
            if (
                len(line.text) > 90
                or "。" in line.text
                or line.row
                or (count and _SALUTATION.match(line.text))
                or is_side_line(line.text)
                or _NUMBER.search(line.text)
            ):
                break
            if line.text.endswith("文件") and "关于" not in line.text:
                break
            joined = join(joined, line.text)
            if count == 0 and "关于" not in joined and not _is_organisation(joined):
                break
            if _TITLE.fullmatch(joined):
                return " ".join(joined.split())
    heading = next(
        (line.text for line in lines if line.paragraph.heading == 1 and not line.mark), ""
    )
    if heading:
        return heading
    if document_title:
        return " ".join(document_title.split())
    for line in lines:
        match = _ATTACHMENT.search(line.text)
        if match is not None:
            name = match.group(1).strip()
            while (shorter := _VERSION.sub("", name)) != name:
                name = shorter
            return name
    return ""


def first_heading(lines: Sequence[Line]) -> str:
    """The first title-like lines of a letter without any better title."""
    for index, line in enumerate(lines[:10]):
        if not line.is_short or line.kind or is_side_line(line.text) or _is_organisation(line.text):
            continue
        if line.mark is not None or line.paragraph.link or _date_alone(line.text):
            continue
        if "".join(line.text.split()) in ("目录", "目次", "前言", "附件"):
            continue
        title = line.text
        for following in lines[index + 1 : index + 3]:
            same = following.layout == line.layout and any(line.layout)
            if not same or not following.is_short or following.mark or following.kind:
                break
            if (
                is_side_line(following.text)
                or _is_organisation(following.text)
                or (_date_alone(following.text) is not None)
            ):
                break
            title = join(title, following.text)
        return title
    return ""


_APPENDIX = re.compile(r"附\s*[录则](?:[一二三四五六七八九十\dA-Z]{0,2}(?:[：:\s].{0,40})?)$")
_ARTICLES = (re.compile(r"第[一1]条[\s：:、]"), re.compile(r"第[二2]条[\s：:、]"))


def appendix_start(lines: Sequence[Line]) -> int:
    """Where an appendix begins under the last case: 附录, or rules in articles with their title."""
    for index in range(1, len(lines)):
        line = lines[index]
        if line.kind is None and _APPENDIX.match(line.text):
            return index
        if _ARTICLES[0].match(line.text) and any(
            _ARTICLES[1].match(following.text) for following in lines[index + 1 :]
        ):
            start = index
            while start > 1 and lines[start - 1].is_short and lines[start - 1].kind is None:
                start -= 1
            return start
    return len(lines)


def tail_start(lines: Sequence[Line]) -> int:
    """Where the letter's own ending begins after the last case; len(lines) if there is none.

    Signature, date, 抄送, imprint, editor's notes: everything from there on must be of that sort.
    """
    start = len(lines)
    for index in range(len(lines) - 1, max(-1, len(lines) - 16), -1):
        line = lines[index]
        signature = _date_alone(line.text) is not None or (
            _is_organisation(line.text)
            and index + 1 < len(lines)
            and (
                _is_organisation(lines[index + 1].text)
                or _date_alone(lines[index + 1].text) is not None
            )
        )
        if (
            line.kind is None
            and not line.row
            and (signature or (len(line.text) <= 120 and _TAIL.match(line.text)))
        ):
            start = index
        else:
            break
    return start
