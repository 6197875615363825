"""PostgreSQL full text over jieba's tokens: weighted tsvector with GIN, facets by GROUP BY."""

import os
from collections import defaultdict
from urllib.parse import urlsplit, urlunsplit

import psycopg

from ..engine import FACETS, PAGE_SIZE, Engine, Page, Query, joined
from ..facet_table import counted

# A tsvector keeps positions up to this.
_LAST_POSITION = 16383


class Postgres(Engine):
    label = "PostgreSQL full text, jieba tokens, GIN, ts_rank, ts_headline, GROUP BY"

    def __init__(self, folder, size):
        super().__init__(folder, size)
        self.server = os.environ["TEST_POSTGRES_URL"]
        self.name = f"library_bench_{size}"

    def build(self, documents):
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {self.name}")
            server.execute(
                f"CREATE DATABASE {self.name} TEMPLATE template0 ENCODING 'UTF8'"
                " LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
            )
        self.open()
        self.db.execute(
            "CREATE TABLE cases (id integer PRIMARY KEY, dated date, body text, words tsvector)"
        )
        self.db.execute("CREATE TABLE facet_values (id integer, facet smallint, value text)")
        with self.db.cursor() as cursor:
            values = []
            with cursor.copy("COPY cases FROM STDIN") as copy:
                for document in documents:
                    vector = _vector(document.title.split(), document.body.split())
                    copy.write_row((document.id, document.dated, document.body, vector))
                    values += [
                        (document.id, FACETS.index(facet), value)
                        for facet, found in document.facets.items()
                        for value in dict.fromkeys(found)
                    ]
            with cursor.copy("COPY facet_values FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        self.db.execute("CREATE INDEX ON cases USING gin (words)")
        self.db.execute("CREATE INDEX ON cases (dated DESC, id DESC)")
        self.db.execute("CREATE INDEX ON facet_values (id, facet, value)")
        self.db.execute("CREATE INDEX ON facet_values (facet, value, id)")
        self.db.execute("VACUUM ANALYZE")

    def open(self):
        parts = urlsplit(self.server)._replace(path=f"/{self.name}")
        self.db = psycopg.connect(urlunsplit(parts), autocommit=True)
        # One thread, as all are measured; and no compiling of queries that take milliseconds.
        self.db.execute("SET max_parallel_workers_per_gather = 0")
        self.db.execute("SET jit = off")
        self.db.execute("SET work_mem = '64MB'")
        self.label = f"PostgreSQL {self.db.info.server_version // 10000}: {Postgres.label}"

    def search(self, query):
        conditions, values = [], {}
        if query.tokens:
            conditions.append("words @@ %(query)s::tsquery")
            values["query"] = _tsquery(query)
        for number, (facet, wanted) in enumerate(query.filters.items()):
            conditions.append(
                f"id IN (SELECT id FROM facet_values WHERE facet = {FACETS.index(facet)}"
                f" AND value = ANY(%(values{number})s))"
            )
            values[f"values{number}"] = list(wanted)
        where = " AND ".join(conditions) or "TRUE"
        if query.tokens:
            rank = "ts_rank('{0.2, 0.2, 0.2, 1.0}', words, %(query)s::tsquery) DESC"
            snippet = (
                "ts_headline('simple', body, %(query)s::tsquery,"
                " 'MaxWords=40, MinWords=20, StartSel=<b>, StopSel=</b>')"
            )
        else:
            rank, snippet = "dated DESC, id DESC", "left(body, 160)"
        rows = self.db.execute(
            f"SELECT id, {snippet} FROM (SELECT id, body FROM cases WHERE {where}"
            f" ORDER BY {rank} LIMIT {PAGE_SIZE}) AS page",
            values,
        ).fetchall()
        total, facets = counted(self.db, f"SELECT id FROM cases WHERE {where}", values)
        return Page([row[0] for row in rows], total, facets, [joined(row[1]) for row in rows])

    def disk_bytes(self):
        self.open()
        return self.db.execute("SELECT pg_database_size(current_database())").fetchone()[0]


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _vector(title: list[str], body: list[str]) -> str:
    """A tsvector's text: the title's positions with weight A, then the body's."""
    positions: dict[str, list[str]] = defaultdict(list)
    # Two between title and body, so that no phrase spans them.
    for position, token in enumerate(title, 1):
        positions[token].append(f"{position}A")
    for position, token in enumerate(body, len(title) + 3):
        positions[token].append(str(min(position, _LAST_POSITION)))
    return " ".join(f"{_quoted(token)}:{','.join(at)}" for token, at in positions.items())


def _tsquery(query: Query) -> str:
    return (" <-> " if query.literal else " | ").join(map(_quoted, query.tokens))
