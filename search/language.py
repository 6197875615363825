"""The language of this library, as the searching processes hold it in memory.

Terms of the corpus come from the index, synonyms and places from the database. A process loads
each part again once it has changed, so that what staff edit counts with the next search.
"""

import threading
from collections import Counter

from cases.models import Approach, IssuingBody, Notice, Region, Theme

from .analysis import is_general
from .index.snapshot import Snapshot
from .models import LanguageVersion, SynonymGroup, Word
from .normalize import significant
from .places import Gazetteer, RegionName
from .query import Language
from .thesaurus import Thesaurus
from .vocabulary import Vocabulary

SYNONYMS, WORDS, REGIONS, TERMS = "synonyms", "words", "regions", "terms"


class LanguageKeeper:
    """Keeps one Language for the newest snapshot and the newest versions of its parts."""

    def __init__(self):
        self._loading = threading.Lock()
        self._key = None
        self._language = Language()
        self._labels: dict[str, dict[str, str]] = {}
        self._parts: dict[str, tuple] = {}

    def labels(self) -> dict[str, dict[str, str]]:
        """Facet name -> value -> what readers see, as of the last call of language()."""
        with self._loading:
            return self._labels

    def language(self, snapshot: Snapshot) -> Language:
        versions = dict(LanguageVersion.objects.values_list("name", "number"))
        key = (snapshot.key, tuple(sorted(versions.items())))
        with self._loading:
            if key != self._key:
                thesaurus = self._part(SYNONYMS, versions.get(SYNONYMS), load_thesaurus)
                regions = self._part(REGIONS, versions.get(REGIONS), load_regions)
                names = {region.code: region.name for region in regions}
                terms = self._part(TERMS, versions.get(TERMS), load_labels)
                self._labels = {**terms, "city": names, "district": names}
                self._language = Language(
                    vocabulary=make_vocabulary(snapshot, thesaurus),
                    thesaurus=thesaurus,
                    gazetteer=Gazetteer(
                        regions,
                        [*snapshot.facet("city").values, *snapshot.facet("district").values],
                    ),
                )
                self._key = key
            return self._language

    def _part(self, name, version, load):
        if name not in self._parts or self._parts[name][0] != version:
            self._parts[name] = (version, load())
        return self._parts[name][1]


def load_thesaurus() -> Thesaurus:
    return Thesaurus(group.expressions for group in SynonymGroup.objects.all())


def load_regions() -> tuple[RegionName, ...]:
    return tuple(
        RegionName(
            region.code,
            region.name,
            region.short_name,
            tuple(ancestor.code for ancestor in region.ancestors[:-1]),
        )
        for region in Region.objects.with_path()
    )


def load_labels() -> dict[str, dict[str, str]]:
    labels = {
        name: dict(model.objects.values_list("code", "name"))
        for name, model in (("theme", Theme), ("approach", Approach), ("body", IssuingBody))
    }
    notices = Notice.objects.values_list("pk", "title")
    return {**labels, "notice": {str(pk): title for pk, title in notices}}


def make_vocabulary(snapshot: Snapshot, thesaurus: Thesaurus) -> Vocabulary:
    """Every term of the corpus with its document count; the thesaurus' own terms with none."""
    counts: Counter[str] = Counter()
    for table in ("names", "words"):
        for term, frequency in snapshot.lexicon(table).items():
            counts[term] = max(counts[term], frequency)
    for expression in thesaurus.expressions:
        counts.setdefault(expression, 0)
    return Vocabulary(counts)


def domain_words() -> list[str]:
    """What the index is to be cut with beside jieba's own dictionary: terms and place names."""
    found = set(Word.objects.values_list("text", flat=True))
    for names in Region.objects.values_list("name", "short_name"):
        found.update(name for name in names if not is_general(significant(name)))
    return sorted(found)
