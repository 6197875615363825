"""What a reader typed, understood and explainable. Pure: it knows terms and places, no index."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from .analysis import cut, is_known, parts
from .normalize import normalize, significant
from .understanding import numerals, spelling, syntax
from .understanding.places import Gazetteer, Place
from .understanding.spelling import Correction
from .understanding.syntax import All, AnyOf, Not
from .understanding.thesaurus import Thesaurus
from .understanding.vocabulary import Vocabulary

# Longer input is cut here; nobody types it, and each word costs a look-up.
MAX_LENGTH = 200
# A term with more synonyms keeps the first ones.
MAX_ALTERNATIVES = 24

# How far an alternative counts beside what was typed.
WEIGHTS = {
    "typed": 1.0,
    "number": 1.0,
    "parts": 0.6,
    "synonym": 0.85,
    "pinyin": 0.95,
    "initials": 0.9,
}

# What people put around a question, and what every document of this library is.
_QUESTION = re.compile(
    r"请问(?:一下)?|麻烦(?:问|您)?(?:一下)?|谢谢|您好|你好|我想(?:要|问|了解|知道|找)?(?:一下)?"
    r"|想(?:要|问|了解|知道|找|看看?)(?:一下)?|了解一下|介绍一下|帮(?:我|忙)(?:找|查)?(?:一下)?"
    r"|(?:应该|应当|该|要|能|可以)?(?:怎么样?|怎样|如何|咋)(?:才能|去|来|做到?|办理?|解决|处理|实现|搞|弄)?(?:呢|啊|呀|吗)?"
    r"|有没有|有无|有哪些|有什么|哪些|哪个|哪里|哪儿|什么|为什么|为何|是不是|能不能|可不可以|能否|是否|可否"
    r"|多少|几个|吗|呢|么|吧|啊|呀"
    r"|(?:的)?(?:好)?(?:典型)?(?:经验|做法|案例|例子|办法|措施|举措|地方|城市)(?:做法|案例)?(?=$|[？?。！!])"
    r"|怎么办|总是|老是|一直|到底|究竟|其他(?:地方|城市)"
)


# Words of a question that say nothing of its subject; they count only where nothing else is left.
_FILLERS = frozenset(
    "我你他她它们咱您这那哪谁要想去来做搞弄能会可得着过给让叫用有没不还又再就才只很太最更些点个"
    "几种次件位家里外后前时说看问找别"
) | {"别的", "自己", "我们", "你们", "他们", "现在", "已经", "因为", "所以", "但是", "如果", "需要"}


@dataclass(frozen=True)
class Alternative:
    """A way of saying a term. text: its significant characters; words: how it is indexed."""

    text: str
    words: tuple[str, ...]
    kind: str

    @property
    def weight(self) -> float:
        return WEIGHTS[self.kind]


@dataclass(frozen=True)
class Term:
    """A piece of the query with its alternatives, of which the best one counts."""

    typed: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Clause:
    """A part of the query between separators.

    literals: significant strings of which one is to stand in the case for an exact match.
    exact: nothing but an exact match counts (it was quoted).
    field: title, practices or outcomes; None is anywhere.
    """

    typed: str
    literals: tuple[str, ...]
    terms: tuple[Term, ...]
    exact: bool = False
    field: str | None = None


Node = Clause | Not | All | AnyOf


@dataclass(frozen=True)
class Language:
    """What the words mean here: terms of the corpus, synonyms, places."""

    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary({}))
    thesaurus: Thesaurus = field(default_factory=lambda: Thesaurus(()))
    gazetteer: Gazetteer = field(default_factory=lambda: Gazetteer((), ()))


@dataclass(frozen=True)
class ParsedQuery:
    """text: as typed, cut to MAX_LENGTH. root: what to match. whole: all of it as one literal.

    places: regions that the query names; they filter. dropped: question words that were left out.
    """

    text: str
    root: All
    whole: str
    places: tuple[Place, ...] = ()
    corrections: tuple[Correction, ...] = ()
    dropped: tuple[str, ...] = ()
    shortened: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause that is wanted, in order; not those behind a NOT."""
        return tuple(_clauses(self.root))

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(term for clause in self.clauses for term in clause.terms)

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """What to mark in a text, longest first; a single character only where nothing longer was
        typed."""
        found: dict[str, None] = {}
        for clause in self.clauses:
            found.update(dict.fromkeys(clause.literals))
            for term in clause.terms:
                for alternative in term.alternatives:
                    found[alternative.text] = None
                    if alternative.kind == "typed":
                        found.update(dict.fromkeys(alternative.words))
        needles = sorted(filter(None, found), key=len, reverse=True)
        return tuple(needle for needle in needles if len(needle) > 1) or tuple(needles)

    @property
    def is_plain(self) -> bool:
        """No operators: just words side by side."""
        return all(
            isinstance(child, Clause) and not child.exact and child.field is None
            for child in self.root.children
        )


def parse(
    text: str, language: Language | None = None, *, as_typed: bool = False, places: bool = True
) -> ParsedQuery:
    """Understand a query; never fails, whatever was typed.

    `as_typed` corrects nothing. `places=False` leaves names of places words.
    """
    language = language or Language()
    printable = text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
    whole = " ".join(printable.split())
    reading = _Reading(language, as_typed, places)
    root = reading.node(_joined_letters(syntax.read(whole[:MAX_LENGTH])))
    root = root if isinstance(root, All) else All(() if root is None else (root,))
    kept = tuple(
        place for place in reading.places if not language.gazetteer.outermost(place, reading.places)
    )
    return ParsedQuery(
        text=whole[:MAX_LENGTH],
        root=root,
        whole=significant(whole[:MAX_LENGTH]),
        places=kept,
        corrections=tuple(reading.corrections),
        dropped=tuple(reading.dropped),
        shortened=len(whole) > MAX_LENGTH,
    )


class _Reading:
    """One pass over the tree of a query, collecting what was made of it."""

    def __init__(self, language: Language, as_typed: bool, find_places: bool):
        self.language = language
        self.as_typed = as_typed
        self.find_places = find_places
        self.places: list[Place] = []
        self.corrections: list[Correction] = []
        self.dropped: list[str] = []

    def node(self, node: syntax.Node) -> Node | None:
        if isinstance(node, syntax.Text):
            return self.text(node)
        if isinstance(node, syntax.Phrase):
            literal = significant(node.text)
            if not literal:
                return None
            return replace(self.clause(node.text, literal, [literal]), exact=True, field=node.field)
        if isinstance(node, syntax.Not):
            # A place behind a NOT is no filter, and nothing there is put right.
            inner = _Reading(replace(self.language, gazetteer=Gazetteer((), ())), True, False)
            child = inner.node(node.child)
            return None if child is None else Not(child)
        children = tuple(filter(None, map(self.node, node.children)))
        if not children:
            return None
        return (All if isinstance(node, syntax.All) else AnyOf)(children)

    def text(self, node: syntax.Text) -> Node | None:
        typed = node.text
        asked = self._without_question(typed)
        rest = self._without_places(asked) if self.find_places else asked
        if not significant(rest):
            if rest != asked or not significant(asked):
                return None
            rest = asked
        literal = significant(rest)
        known = self.language.vocabulary.frequency
        if self.as_typed or any(known(way) for way in (literal, *numerals.variants(literal))):
            return replace(self.clause(typed, literal, [literal]), field=node.field)
        if literal.isascii() and literal.isalpha():
            clause = self._letters(typed, literal)
        else:
            corrected = self._corrected(literal)
            literals = list(dict.fromkeys([corrected, literal]))
            clause = self.clause(typed, corrected, literals)
        return replace(clause, field=node.field)

    def _letters(self, typed: str, literal: str) -> Clause:
        """Latin letters: pinyin or initials of known terms, or what they are."""
        vocabulary = self.language.vocabulary
        if pieces := spelling.read_pinyin(literal, vocabulary):
            meant = "".join(piece[0] for piece in pieces)
            self.corrections.append(Correction(literal, meant, "pinyin"))
            terms = tuple(self._one_of(piece, "pinyin") for piece in pieces)
            return Clause(typed, (meant, literal), terms)
        if found := spelling.read_initials(literal, vocabulary):
            self.corrections.append(Correction(literal, "、".join(found), "initials"))
            return Clause(typed, (literal, *found), (self._one_of([literal, *found], "initials"),))
        return self.clause(typed, literal, [literal])

    def _one_of(self, texts: list[str], kind: str) -> Term:
        """A term that may be any of `texts`, or a synonym of the first."""
        alternatives = {text: Alternative(text, _words(text), kind) for text in texts}
        for synonym in self.language.thesaurus.synonyms(texts[0])[:MAX_ALTERNATIVES]:
            alternatives.setdefault(synonym, Alternative(synonym, _words(synonym), "synonym"))
        return Term(texts[0], tuple(alternatives.values()))

    def clause(self, typed: str, text: str, literals: list[str]) -> Clause:
        ways = dict.fromkeys(literals)
        for literal in literals:
            ways.update(dict.fromkeys(numerals.variants(literal)))
        terms = tuple(self._terms(text))
        return Clause(typed=typed, literals=tuple(ways), terms=terms)

    def _without_question(self, text: str) -> str:
        """The subject of a question; the text itself where nothing would be left."""
        if len(text) < 4:
            return text
        dropped = [match[0] for match in _QUESTION.finditer(text)]
        rest = _QUESTION.sub(" ", text)
        if not dropped or len(significant(rest)) < 2:
            return text
        self.dropped += dropped
        return rest

    def _without_places(self, text: str) -> str:
        gazetteer = self.language.gazetteer
        place = gazetteer.find(significant(text), alone=True)
        if place:
            self._place(place)
            return "" if place.has_cases else text
        normal = normalize(text)
        tokens = cut(text)
        rest, removed = normal, 0
        for index, (word, start, end) in enumerate(tokens):
            # A place is named before or behind the subject, not within it.
            if (
                0 < index < len(tokens) - 1
                and start - removed > 0
                and not self._led_in(normal, start)
            ):
                continue
            # 福建厦门 is a word of the dictionary, of two places.
            names = [gazetteer.find(name, alone=False) for name in (word, *parts(word))]
            found = names[:1] if names[0] else names[1:]
            if not found or not all(place and place.has_cases for place in found):
                continue
            for place in found:
                self._place(place)
            rest = rest[: start - removed] + rest[end - removed :]
            removed += end - start
        rest = rest.strip()
        return rest.removeprefix("在").removeprefix("的") if removed else text

    @staticmethod
    def _led_in(text: str, start: int) -> bool:
        return text[start - 1] in "在到从 "

    def _place(self, place: Place) -> None:
        if place not in self.places:
            self.places.append(place)

    def _corrected(self, literal: str) -> str:
        """`literal` with its typos put right."""
        mended = literal
        for correction in spelling.correct(literal, self.language.vocabulary, self._known):
            self.corrections.append(correction)
            mended = mended.replace(correction.typed, correction.meant, 1)
        return mended

    def _known(self, word: str) -> bool:
        return is_known(word) or word in self.language.thesaurus

    def _terms(self, text: str) -> Iterator[Term]:
        """Cut `text` into terms: the longest expressions of the thesaurus first, else words."""
        thesaurus = self.language.thesaurus
        words = [word for word, *_ in cut(text)]
        words = [word for word in words if word not in _FILLERS] or words
        index = 0
        while index < len(words):
            for size in range(min(len(words) - index, 6), 0, -1):
                expression = significant("".join(words[index : index + size]))
                if size == 1 or expression in thesaurus:
                    break
            if expression:
                yield self._term(expression, tuple(words[index : index + size]))
            index += size

    def _term(self, expression: str, words: tuple[str, ...]) -> Term:
        alternatives = [Alternative(expression, words, "typed")]
        pieces = tuple(part for word in words for part in parts(word) or [word])
        if pieces != words:
            alternatives.append(Alternative(expression, pieces, "parts"))
        for variant in numerals.variants(expression):
            alternatives.append(Alternative(variant, _words(variant), "number"))
        for synonym in self.language.thesaurus.synonyms(expression)[:MAX_ALTERNATIVES]:
            alternatives.append(Alternative(synonym, _words(synonym), "synonym"))
        return Term(expression, tuple(alternatives))


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word, *_ in cut(text)))


def _joined_letters(root: syntax.All) -> syntax.All:
    """Pinyin is often typed with spaces: pai wu quan is one text."""
    children: list[syntax.Node] = []
    for child in root.children:
        if (
            children
            and _is_letters(child)
            and _is_letters(children[-1])
            and child.field == children[-1].field
        ):
            children[-1] = syntax.Text(f"{children[-1].text} {child.text}", child.field)
        else:
            children.append(child)
    return syntax.All(tuple(children))


def _is_letters(node: syntax.Node) -> bool:
    return (
        isinstance(node, syntax.Text)
        and node.text.replace("'", "").replace(" ", "").isascii()
        and node.text.replace("'", "").replace(" ", "").isalpha()
    )


def _clauses(node: Node) -> Iterator[Clause]:
    if isinstance(node, Clause):
        yield node
    elif isinstance(node, All | AnyOf):
        for child in node.children:
            yield from _clauses(child)
