"""The language of this library, as the searching processes hold it in memory.

Terms of the corpus come from the index, synonyms and places from the database. A process loads
each part again once it has changed, so that what staff edit counts with the next search.

The terms of the corpus are many: whoever builds a generation of the index stores them beside it,
laid out for look-ups, and the searching processes map that file. What was indexed since then, and
what only the thesaurus has, each process holds for itself.
"""

import logging
import threading
from collections import Counter
from collections.abc import Hashable

from cases.freshness import content_version
from cases.models import Approach, IssuingBody, Notice, Region, Theme

from .analysis import is_general
from .index.arrays import ArraysError, MappedArrays, write_arrays
from .index.snapshot import Snapshot
from .models import LanguageVersion, SynonymGroup, Word
from .normalize import significant
from .query import Language
from .understanding.places import Gazetteer, RegionName
from .understanding.thesaurus import Thesaurus
from .understanding.vocabulary import Terms, Vocabulary

logger = logging.getLogger(__name__)

SYNONYMS, WORDS, REGIONS, TERMS = "synonyms", "words", "regions", "terms"

# The file of the stored terms; the number rises when what it holds changes.
STORED_TERMS = "vocabulary-2.arrays"


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
        # Whatever changes the language changes the content, and that is asked for anyway.
        key = (snapshot.key, content_version())
        with self._loading:
            if key != self._key:
                versions = LanguageVersion.current()
                thesaurus = self._part(SYNONYMS, versions.get(SYNONYMS), load_thesaurus)
                regions = self._part(REGIONS, versions.get(REGIONS), load_regions)
                names = {region.code: region.name for region in regions}
                terms = self._part(TERMS, versions.get(TERMS), load_labels)
                self._labels = {**terms, "city": names, "district": names}
                self._language = Language(
                    vocabulary=self._vocabulary(snapshot, thesaurus, versions.get(SYNONYMS)),
                    thesaurus=thesaurus,
                    gazetteer=Gazetteer(
                        regions,
                        [*snapshot.facet("city").values, *snapshot.facet("district").values],
                    ),
                )
                self._key = key
            return self._language

    def _vocabulary(self, snapshot: Snapshot, thesaurus: Thesaurus, version) -> Vocabulary:
        generation = snapshot.folder
        stored_terms = self._part("stored", generation, lambda: Vocabulary(load_terms(snapshot)))
        corpus = self._part(
            "corpus", (generation, snapshot.key), lambda: self._extended(stored_terms, snapshot)
        )
        own = self._part("own", (generation, version), lambda: own_terms(thesaurus, stored_terms))
        return Vocabulary(*corpus.sets, own)

    def _extended(self, stored_terms: Vocabulary, snapshot: Snapshot) -> Vocabulary:
        """The terms of the generation with those that came after, as far as they are known."""
        known = self._parts["corpus"][1] if "corpus" in self._parts else stored_terms
        if known.sets[0] is not stored_terms.sets[0]:
            known = stored_terms
        return known.extended(_counts(snapshot, after_build=True))

    def _part(self, name: str, version: Hashable, load):
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
    corpus = Terms.of(_counts(snapshot))
    return Vocabulary(corpus, own_terms(thesaurus, corpus))


def store(snapshot: Snapshot) -> None:
    """Store the terms of a generation beside it, for every process that will search it."""
    write_arrays(snapshot.folder / STORED_TERMS, Terms.of(_counts(snapshot)).arrays)


def load_terms(snapshot: Snapshot) -> Terms:
    """The terms of the snapshot's generation as they were stored with it; else made of it now."""
    try:
        return Terms.of_arrays(MappedArrays(snapshot.folder / STORED_TERMS).arrays)
    except ArraysError as reason:
        logger.debug("terms are read from the index: %s", reason)
        return Terms.of(_counts(snapshot))


def own_terms(thesaurus: Thesaurus, corpus: Terms | Vocabulary) -> Terms:
    """The expressions that only the thesaurus has."""
    return Terms.of({one: 0 for one in thesaurus.expressions if one not in corpus})


def _counts(snapshot: Snapshot, after_build: bool = False) -> dict[str, int]:
    """In how many documents each term stands, names and words alike."""
    counts: Counter[str] = Counter()
    for table in ("names", "words"):
        for term, frequency in snapshot.lexicon(table, after_build).items():
            counts[term] = max(counts[term], frequency)
    return counts


def domain_words() -> list[str]:
    """What the index is to be cut with beside jieba's own dictionary: terms and place names."""
    found = set(Word.objects.values_list("text", flat=True))
    for names in Region.objects.values_list("name", "short_name"):
        found.update(name for name in names if not is_general(significant(name)))
    return sorted(found)
