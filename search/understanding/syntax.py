"""The operators of a query: quotes, AND, OR, NOT, brackets, fields. Pure, and never fails.

招标 评标            both, as far as possible      "远程异地评标"  this exact string
招标 OR 采购, 招标|采购   either                     -采购, NOT 采购   without it
(招标|采购) 电子保函      brackets                   标题:招标        in the title only
"""

import re
from dataclasses import dataclass

# Deeper brackets and further operators are taken as text: nobody types them.
MAX_DEPTH, MAX_TOKENS = 8, 60

FIELD_NAMES = {
    "title": "title",
    "标题": "title",
    "practices": "practices",
    "做法": "practices",
    "outcomes": "outcomes",
    "成效": "outcomes",
}

_QUOTES = {"“": '”"', "”": "“”", "「": "」", "『": "』", '"': '"“”', "«": "»", "＂": "＂"}
_TOKEN = re.compile(
    r"""
    (?P<field>(?:title|practices|outcomes|标题|做法|成效)[:：])
  | (?P<open>[(（])
  | (?P<close>[)）])
  | (?P<or>[|｜]+|(?<!\S)(?:OR|or)(?!\S))
  | (?P<and>(?<!\S)(?:AND|and)(?!\S)|&&)
  | (?P<not>(?<!\S)(?:NOT|not)(?!\S)|(?<![^\s(（|｜])[-－](?=[^\s\d-]))
  | (?P<space>[\s,，、;；]+)
""",
    re.X,
)


@dataclass(frozen=True)
class Text:
    """Words as typed, in one field or (None) anywhere."""

    text: str
    field: str | None = None


@dataclass(frozen=True)
class Phrase:
    """An exact string, from quotation marks."""

    text: str
    field: str | None = None


@dataclass(frozen=True)
class Not:
    child: "Node"


@dataclass(frozen=True)
class All:
    children: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    children: tuple["Node", ...]


Node = Text | Phrase | Not | All | AnyOf


def read(text: str) -> All:
    """The query as a tree; the root is the list of what is wanted side by side."""
    tokens = _tokens(text)
    if len(tokens) > MAX_TOKENS:
        tokens = [("text", token) for kind, token in tokens if kind in ("text", "phrase")]
        tokens = tokens[:MAX_TOKENS]
    reader = _Reader(tokens)
    children: list[Node] = []
    while reader.position < len(tokens):
        children += _parts(reader.alternatives(0))
        # A closing bracket that opens nothing.
        reader.position += reader.position < len(tokens)
    return All(tuple(children))


def _parts(node: Node | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    return node.children if isinstance(node, All) else (node,)


class _Reader:
    """Recursive descent over tokens (kind, text)."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.position = 0

    def peek(self) -> str | None:
        return self.tokens[self.position][0] if self.position < len(self.tokens) else None

    def take(self) -> str:
        self.position += 1
        return self.tokens[self.position - 1][1]

    def alternatives(self, depth: int) -> Node | None:
        children = [self.sequence(depth)]
        while self.peek() == "or":
            self.take()
            children.append(self.sequence(depth))
        children = [child for child in children if child is not None]
        if len(children) < 2:
            return children[0] if children else None
        return AnyOf(tuple(children))

    def sequence(self, depth: int) -> Node | None:
        children: list[Node] = []
        while self.peek() not in (None, "or", "close"):
            if self.peek() == "and":
                self.take()
            elif (node := self.unit(depth, None)) is not None:
                children += _parts(node) if isinstance(node, All) else (node,)
        if len(children) < 2:
            return children[0] if children else None
        return All(tuple(children))

    def unit(self, depth: int, field: str | None) -> Node | None:
        kind = self.peek()
        if kind in (None, "close", "or", "and"):
            return None
        text = self.take()
        if kind == "not":
            child = self.unit(depth, field)
            return Not(child) if child is not None and not isinstance(child, Not) else child
        if kind == "field":
            return self.unit(depth, FIELD_NAMES[text[:-1]])
        if kind == "open":
            if depth >= MAX_DEPTH:
                return None
            node = self.alternatives(depth + 1)
            if self.peek() == "close":
                self.take()
            return _within(node, field) if field and node else node
        return Phrase(text, field) if kind == "phrase" else Text(text, field)


def _within(node: Node, field: str) -> Node:
    if isinstance(node, Text | Phrase):
        return type(node)(node.text, node.field or field)
    if isinstance(node, Not):
        return Not(_within(node.child, field))
    return type(node)(tuple(_within(child, field) for child in node.children))


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position, plain = 0, ""

    def flush():
        nonlocal plain
        if plain:
            tokens.append(("text", plain))
            plain = ""

    while position < len(text):
        closing = _QUOTES.get(text[position])
        if closing:
            end = next((i for i in range(position + 1, len(text)) if text[i] in closing), -1)
            if end > position + 1:
                flush()
                tokens.append(("phrase", text[position + 1 : end]))
                position = end + 1
                continue
            # A quotation mark that closes nothing is left out.
            position += 1 if end < 0 else 2
            continue
        match = _TOKEN.match(text, position)
        if match:
            flush()
            if match.lastgroup != "space":
                tokens.append((match.lastgroup, match[0]))
            position = match.end()
        else:
            plain += text[position]
            position += 1
    flush()
    return tokens
