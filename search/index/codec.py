"""How Whoosh reads our segments: its codec interface over the arrays of segments.py.

Whoosh keeps the commits (which segments there are, what is deleted in them) and can search them
with all it has; our own read path takes the arrays as they are. Segments are written by writing.py
and handed to Whoosh as a whole, so there is no writing side here.
"""

from collections.abc import Iterator
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
from whoosh.codec import base
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from .segments import Segment
from .writing import FIELD_NUMBERS

EXTENSION = ".arrays"


class ArrayCodec(base.Codec):
    length_stats = True

    def new_segment(self, storage, indexname):
        return ArraySegment(indexname)

    def terms_reader(self, storage, segment):
        return ArrayTermsReader(open_segment(storage, segment))

    def per_document_reader(self, storage, segment):
        return ArrayPerDocumentReader(open_segment(storage, segment), segment)


class ArraySegment(base.Segment):
    """Pickled into every commit, class path included: do not move it."""

    def __init__(self, indexname: str):
        super().__init__(indexname)
        self._size = 0
        self._deleted: set[int] = set()

    def codec(self, **kwargs):
        return ArrayCodec()

    def path(self, storage) -> Path:
        return Path(storage.folder) / self.make_filename(EXTENSION)

    def set_doc_count(self, doccount):
        self._size = doccount

    def doc_count_all(self):
        return self._size

    def deleted_count(self):
        return len(self._deleted)

    def deleted_docs(self):
        return iter(self._deleted)

    def delete_document(self, docnum, delete=True):
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum):
        return docnum in self._deleted


_opened: WeakValueDictionary[Path, Segment] = WeakValueDictionary()


def open_segment(storage, segment: ArraySegment) -> Segment:
    """The arrays of a segment; those who have it open share it.

    Raises arrays.ArraysError and FileNotFoundError.
    """
    path = segment.path(storage)
    opened = _opened.get(path)
    if opened is None:
        opened = _opened[path] = Segment(path)
    return opened


class ArrayPerDocumentReader(base.PerDocumentReader):
    def __init__(self, arrays: Segment, segment: ArraySegment):
        self._arrays = arrays
        self._segment = segment

    def doc_count(self):
        return self._segment.doc_count()

    def doc_count_all(self):
        return self._segment.doc_count_all()

    def has_deletions(self):
        return self._segment.has_deletions()

    def is_deleted(self, docnum):
        return self._segment.is_deleted(docnum)

    def deleted_docs(self):
        return self._segment.deleted_docs()

    def doc_field_length(self, docnum, fieldname, default=0):
        return int(self._lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname):
        return int(self._lengths(fieldname).sum())

    def min_field_length(self, fieldname):
        return int(self._lengths(fieldname).min(initial=0))

    def max_field_length(self, fieldname):
        return int(self._lengths(fieldname).max(initial=0))

    def stored_fields(self, docnum):
        return {"id": str(self._arrays.ids[docnum])}

    def _lengths(self, fieldname):
        if fieldname not in FIELD_NUMBERS:
            return np.ones(self._arrays.size)
        return self._arrays.lengths[FIELD_NUMBERS[fieldname]]


class ArrayTermsReader(base.TermsReader):
    """Terms are in UTF-8. The field id has each document's number as its term."""

    def __init__(self, arrays: Segment):
        self._arrays = arrays

    def indexed_field_names(self):
        return ["id", *FIELD_NUMBERS]

    def __contains__(self, term):
        return len(self._postings(*term)[0]) > 0

    def terms(self):
        for fieldname in sorted(self.indexed_field_names()):
            for text in self._texts(fieldname):
                yield fieldname, text

    def terms_from(self, fieldname, prefix):
        return (term for term in self.terms() if term >= (fieldname, prefix))

    def items(self):
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname, prefix):
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname, text):
        documents, frequencies = self._postings(fieldname, text)
        if not len(documents):
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        if fieldname == "id":
            lengths = np.ones(1)
        else:
            lengths = self._arrays.lengths[FIELD_NUMBERS[fieldname]][documents]
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(documents),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(frequencies.max()),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def frequency(self, fieldname, text):
        return float(self._postings(fieldname, text)[1].sum())

    def doc_frequency(self, fieldname, text):
        return len(self._postings(fieldname, text)[0])

    def matcher(self, fieldname, text, format_, scorer=None):
        info = self.term_info(fieldname, text)
        documents, frequencies = self._postings(fieldname, text)
        weights = frequencies.astype(float).tolist()
        return ListMatcher(
            documents.tolist(),
            weights,
            values=[b""] * len(weights),
            format=format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=info,
        )

    def cursor(self, fieldname, fieldobj):
        return ArrayFieldCursor(fieldobj, sorted(self._texts(fieldname)))

    def _texts(self, fieldname) -> Iterator[bytes]:
        if fieldname == "id":
            yield from sorted(str(number).encode() for number in self._arrays.ids.tolist())
            return
        for term, _ in self._arrays.lexicon("words"):
            text = term.encode("utf-8", "surrogatepass")
            if (fieldname, text) in self:
                yield text

    def _postings(self, fieldname, text: bytes):
        if fieldname == "id":
            number = int(text) if text.isdigit() else -1
            documents = np.flatnonzero(self._arrays.ids == number)
            return documents, np.ones(len(documents))
        word = text.decode("utf-8", "surrogatepass")
        documents, fields, frequencies = self._arrays.postings(word)
        of_field = fields == FIELD_NUMBERS[fieldname]
        return documents[of_field], frequencies[of_field]


class ArrayFieldCursor(base.FieldCursor):
    def __init__(self, fieldobj, texts: list[bytes]):
        self._fieldobj = fieldobj
        self._texts = texts
        self._at = 0

    def first(self):
        self._at = 0
        return self.text()

    def find(self, string):
        wanted = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._at = next((n for n, text in enumerate(self._texts) if text >= wanted), None)
        return self.text()

    def next(self):
        self._at = None if self._at is None else self._at + 1
        return self.text()

    def text(self):
        if not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._texts[self._at])

    def is_valid(self):
        return self._at is not None and self._at < len(self._texts)
