"""Terms and a region that a case's text suggests and the case does not have."""

from dataclasses import dataclass

from ..models import Approach, Case, IssuingBody, Region, Theme
from ..notices.importing.vocabulary import LibraryNotReady, Vocabulary
from ..notices.parsed import ParsedCase, ParsedSection, Passage
from ..notices.parsing.places import case_place
from ..notices.suggestions import (
    CaseText,
    Lexicon,
    Term,
    suggest_approaches,
    suggest_bodies,
    suggest_themes,
)

# The paragraphs that may tell a case's region where its title does not, as on import.
_OPENING = 3


@dataclass(frozen=True)
class Suggestion:
    """field: of the form; value: the primary key that its widget sends; name: what people read."""

    field: str
    value: int
    name: str

    @property
    def label(self) -> str:
        return Case._meta.get_field(self.field).verbose_name

    @property
    def key(self) -> str:
        return f"{self.field}:{self.value}"


def suggestions_for(case: Case) -> list[Suggestion]:
    """What the text suggests and the case does not have yet."""
    sections = [section for section in case.sections.all() if section.text.strip()]
    if not sections:
        return []
    parsed = _parsed(case, sections)
    text = CaseText.of(parsed)
    found = []
    if case.region_id is None and (region := _region(case, parsed)):
        found.append(Suggestion("region", region.pk, region.path))
    themes = _by_code(Theme)
    wanted = [themes[code] for code in suggest_themes(_lexicon(themes), text)]
    wanted = [theme for theme in wanted if theme not in case.themes]
    if wanted and case.primary_theme_id is None:
        first = wanted.pop(0)
        found.append(Suggestion("primary_theme", first.pk, first.name))
    found += [Suggestion("other_themes", theme.pk, theme.name) for theme in wanted]
    for field, model, suggest in (
        ("approaches", Approach, suggest_approaches),
        ("bodies", IssuingBody, suggest_bodies),
    ):
        terms = _by_code(model)
        chosen = {term.pk for term in getattr(case, field).all()}
        found += [
            Suggestion(field, terms[code].pk, terms[code].name)
            for code in suggest(_lexicon(terms), text)
            if terms[code].pk not in chosen
        ]
    return found


def _parsed(case, sections):
    return ParsedCase(
        number=case.number or 0,
        title=case.title,
        mark=case.mark,
        group=case.group,
        position=0,
        lines=(),
        sections=tuple(
            ParsedSection(
                section.heading,
                section.kind,
                tuple(Passage(text, text, 0) for text in section.paragraphs),
            )
            for section in sections
        ),
    )


def _region(case, parsed):
    try:
        vocabulary = Vocabulary.load()
    except LibraryNotReady:
        return None
    paragraphs = [p.text for section in parsed.sections for p in section.paragraphs]
    scope = case.notice.region if case.notice else None
    place = case_place(
        vocabulary.gazetteer,
        case.title,
        group=case.group,
        opening=paragraphs[:_OPENING],
        scope=scope and scope.code,
    )
    return Region.objects.with_path().filter(code=place.code).first() if place.code else None


def _by_code(model):
    return {term.code: term for term in model.objects.all()}


def _lexicon(terms):
    return Lexicon(Term(t.code, t.name, tuple(t.cue_list)) for t in terms.values())
