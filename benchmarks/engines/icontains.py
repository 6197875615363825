"""What one writes first: icontains over title and text with Django's ORM, facets by the ORM."""

from collections import Counter, defaultdict

from django.db.models import Count, Exists, F, OuterRef, Q

from cases.models import Case, Section
from cases.models.regions import LEVEL_OF_KIND

from ..engine import PAGE_SIZE, Engine, Page
from ..passages import passages, texts_of

# Ids in one query: SQLite takes 250,000 at most, and slows down long before.
_CHUNK = 10_000


class IContains(Engine):
    label = (
        "Django's ORM: icontains on title and text, all words typed must be there; facets by ORM"
    )
    takes_documents = False

    def build(self, documents):
        """There is no index."""

    def open(self):
        Case.objects.exists()

    def search(self, query):
        cases = Case.objects.published()
        words = query.text.split()
        for word in words:
            in_text = Section.objects.filter(case=OuterRef("pk"), text__icontains=word)
            cases = cases.filter(Q(title__icontains=word) | Exists(in_text))
        for facet, values in query.filters.items():
            cases = _filtered(cases, facet, values)
        ids = list(cases.order_by("-notice__issued_on", "-pk").values_list("pk", flat=True))
        page = ids[:PAGE_SIZE]
        facets: dict[str, Counter] = defaultdict(Counter)
        for start in range(0, len(ids), _CHUNK):
            _count(facets, Case.objects.filter(pk__in=ids[start : start + _CHUNK]).order_by())
        return Page(page, len(ids), facets, passages(texts_of(page), words))


def _filtered(cases, facet, values):
    if facet == "city":
        below = Q()
        for value in values:
            below |= Q(region__code=value) | Q(region__parent__code=value)
            below |= Q(region__parent__parent__code=value)
        return cases.filter(below)
    if facet == "theme":
        other = Case.other_themes.through.objects.filter(
            case_id=OuterRef("pk"), theme__code__in=values
        )
        return cases.filter(Q(primary_theme__code__in=values) | Exists(other))
    if facet == "level":
        kinds = [kind for kind, level in LEVEL_OF_KIND.items() if level in values]
        return cases.filter(region__kind__in=kinds)
    if facet == "year":
        return cases.filter(notice__issued_on__year__in=values)
    return cases.filter(approaches__code__in=values).distinct()


def _count(facets, cases):
    def counts(field):
        return cases.exclude(**{field: None}).values_list(field).annotate(Count("pk"))

    for kind, number in counts("region__kind"):
        facets["level"][str(LEVEL_OF_KIND[kind])] += number
    for year, number in counts("notice__issued_on__year"):
        facets["year"][str(year)] += number
    for field in ("region__code", "region__parent__code", "region__parent__parent__code"):
        for code, number in counts(field):
            facets["city"][code] += number
    for code, number in counts("primary_theme__code"):
        facets["theme"][code] += number
    others = cases.exclude(other_themes=F("primary_theme"))
    for code, number in others.values_list("other_themes__code").annotate(Count("pk")):
        facets["theme"][code] += number
    for code, number in counts("approaches__code"):
        facets["approach"][code] += number
