"""What a file says of a case, in the library's own terms: to be written, or to be compared."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import models

from cases.models import Case, Section

from ..parsed import ParsedCase, ParsedSection, Problem
from ..parsing.numbering import named
from ..parsing.places import case_place
from ..suggestions import CaseText, suggest_approaches, suggest_bodies, suggest_themes
from .curation import CuratedCase
from .vocabulary import Vocabulary

# The paragraphs that may tell a case's region where its title does not.
_OPENING_PARAGRAPHS = 3


@dataclass(frozen=True)
class ProposedSection:
    """`source` is one {"position", "text"} for each paragraph of `text`."""

    heading: str
    kind: str
    text: str
    source: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class Proposal:
    """A case as the file has it, cut to what the columns hold; regions and terms are codes."""

    parsed: ParsedCase
    title: str
    mark: str
    group: str
    sections: tuple[ProposedSection, ...]
    region: str | None
    region_problem: str
    themes: tuple[str, ...]
    approaches: tuple[str, ...]
    bodies: tuple[str, ...]
    text_problems: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        problems = [*self.parsed.problems, *self.text_problems]
        if self.region_problem:
            problems.append(Problem(self.region_problem, None, self.parsed.position))
        if not self.themes:
            problems.append(Problem("没有识别出领域，请选定。", None, self.parsed.position))
        return tuple(problems)

    def with_curation(self, curated: CuratedCase) -> "Proposal":
        """The proposal with what was decided in place of what was suggested."""
        first = self.themes[:1]
        if curated.primary_theme is not None:
            first = (curated.primary_theme,) if curated.primary_theme else ()
        others = self.themes[1:] if curated.themes is None else curated.themes
        decided = curated.region is not None
        return replace(
            self,
            title=self.title if curated.title is None else curated.title,
            region=(curated.region or None) if decided else self.region,
            region_problem="" if decided else self.region_problem,
            themes=(*first, *(code for code in others if code not in first)),
            approaches=self.approaches if curated.approaches is None else curated.approaches,
            bodies=self.bodies if curated.bodies is None else curated.bodies,
        )


def propose(parsed: ParsedCase, vocabulary: Vocabulary, scope: str | None) -> Proposal:
    """The case with its suggestions. `scope` is the code of the notice's own region."""
    text = CaseText.of(parsed)
    paragraphs = [p.text for section in parsed.sections for p in section.paragraphs]
    place = case_place(
        vocabulary.gazetteer,
        parsed.title,
        group=parsed.group,
        opening=paragraphs[:_OPENING_PARAGRAPHS],
        scope=scope,
    )
    problems: list[Problem] = []
    return Proposal(
        parsed=parsed,
        title=fit(parsed.title, Case, "title", problems),
        mark=fit(named(parsed.mark), Case, "mark", problems),
        group=fit(parsed.group, Case, "group", problems),
        sections=tuple(_section(section) for section in parsed.sections),
        region=place.code,
        region_problem=place.problem,
        themes=suggest_themes(vocabulary.theme_lexicon, text),
        approaches=suggest_approaches(vocabulary.approach_lexicon, text),
        bodies=suggest_bodies(vocabulary.body_lexicon, text),
        text_problems=tuple(problems),
    )


def fit(text: str, model: type[models.Model], name: str, problems: list[Problem]) -> str:
    """The text as far as its column holds it; a longer one goes to the problems as a whole."""
    column = model._meta.get_field(name)
    limit = column.max_length
    if len(text) > limit:
        message = f"{column.verbose_name}超过 {limit} 字，只保留了开头，请改写。"
        problems.append(Problem(message, text))
    return text[:limit]


def _section(section: ParsedSection) -> ProposedSection:
    """A heading that is too long for its column opens the text instead."""
    heading, text = section.heading, section.text
    source = [{"position": p.position, "text": p.source} for p in section.paragraphs]
    if len(heading) > Section._meta.get_field("heading").max_length:
        passage = section.heading_passage
        position, original = (passage.position, passage.source) if passage else (None, heading)
        source.insert(0, {"position": position, "text": original})
        heading, text = "", f"{heading}\n{text}"
    return ProposedSection(heading, section.kind, text, tuple(source))


def text_differences(case: Case, proposal: Proposal) -> list[str]:
    """The names of the parts whose words differ between the library's case and the file's."""
    names = [] if case.title == proposal.title else ["标题"]
    stored = [(s.heading, s.kind, s.text) for s in case.sections.all()]
    offered = [(s.heading, s.kind, s.text) for s in proposal.sections]
    if stored != offered:
        changed = [part for part in offered if part not in stored]
        gone = [part for part in stored if part not in offered]
        headings = [heading or "无小标题的部分" for heading, _, _ in [*changed, *gone]]
        names += list(dict.fromkeys(headings)) or ["各部分的顺序"]
    return names


def other_differences(case: Case, proposal: Proposal) -> list[str]:
    """What else differs, in words: of interest only as long as no editor has taken it over."""
    names = []
    stored = [_positions(section.source) for section in case.sections.all()]
    if stored != [_positions(section.source) for section in proposal.sections]:
        names.append("原文位置")
    if (case.mark, case.group) != (proposal.mark, proposal.group):
        names.append("编号或分组")
    if _code(case.region) != proposal.region:
        names.append("地区")
    themes = [_code(case.primary_theme), _codes(case.other_themes.all())]
    if themes != [next(iter(proposal.themes), None), set(proposal.themes[1:])]:
        names.append("领域")
    if _codes(case.approaches.all()) != set(proposal.approaches):
        names.append("改革手段")
    if _codes(case.bodies.all()) != set(proposal.bodies):
        names.append("牵头部门")
    return names


def _positions(source: Iterable[dict[str, object]]) -> list[object]:
    return [paragraph["position"] for paragraph in source]


def _code(thing: models.Model | None) -> str | None:
    return thing.code if thing else None


def _codes(things: Iterable[models.Model]) -> set[str]:
    return {thing.code for thing in things}
