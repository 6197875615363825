"""Case -> index document."""

from collections.abc import Iterator

from cases.models import Case, SectionKind

from .index.document import IndexDocument, Order

FIELD_OF_KIND = {
    SectionKind.BACKGROUND: "background",
    SectionKind.PRACTICES: "practices",
    SectionKind.OUTCOMES: "outcomes",
}


def published_documents(ids=None, using="default") -> Iterator[IndexDocument]:
    """A document for each published case, or for those of `ids` that are published."""
    cases = Case.objects.using(using).published().with_text().prefetch_related("outcomes")
    if ids is not None:
        cases = cases.filter(pk__in=ids)
    for case in cases.order_by("pk").iterator(chunk_size=500):
        yield document(case)


def document(case: Case) -> IndexDocument:
    """What the schema holds of `case`. Texts are as written; the analyzers normalise."""
    sections = list(case.sections.all())
    texts: dict[str, list[str]] = {}
    for section in sections:
        texts.setdefault(FIELD_OF_KIND.get(section.kind, "other"), []).append(section.text)
    regions = case.region.ancestors
    terms = [*regions, *case.themes, *case.approaches.all(), *case.bodies.all()]
    return IndexDocument(
        case.pk,
        {
            "title": case.title,
            "highlight": case.highlight,
            "headings": "\n".join(section.heading for section in sections),
            "terms": "\n".join(
                [term.name for term in terms] + [region.short_name for region in regions]
            ),
            **{field: "\n".join(parts) for field, parts in texts.items()},
        },
        facets=facet_values(case),
        order=Order(
            case.dated.isoformat(),
            case.notice_id or 0,
            case.number or 0,
            headline.improvement if (headline := case.headline_outcome) else None,
        ),
    )


def facet_values(case: Case) -> dict[str, list[str]]:
    """The values that each facet has for `case`. Regions roll up: province and city, districts."""
    regions = case.region.ancestors
    upper = len(case.region.city.ancestors)
    values = {
        "city": [region.code for region in regions[:upper]],
        "district": [region.code for region in regions[upper:]],
        "level": [str(case.level)],
        "theme": [theme.code for theme in case.themes],
        "approach": [approach.code for approach in case.approaches.all()],
        "body": [body.code for body in case.bodies.all()],
        "notice": [str(case.notice_id)] if case.notice_id else [],
        "year": [str(case.dated.year)],
        "maturity": [case.maturity] if case.maturity else [],
    }
    return values
