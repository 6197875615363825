"""SQLite FTS5 over jieba's tokens: title weighs five times the body, facets by GROUP BY."""

import sqlite3

from ..engine import FACETS, PAGE_SIZE, Engine, Page, Query, joined
from ..facet_table import counted

_FILE = "fts5.sqlite3"


class FTS5(Engine):
    label = f"SQLite {sqlite3.sqlite_version} FTS5, jieba tokens, bm25(5, 1), snippet(), GROUP BY"

    def build(self, documents):
        self._connect()
        self.db.executescript(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = NORMAL;
            CREATE VIRTUAL TABLE cases USING fts5(
                title, body, tokenize = "unicode61 remove_diacritics 0");
            INSERT INTO cases (cases, rank) VALUES ('rank', 'bm25(5.0, 1.0)');
            CREATE TABLE dates (id INTEGER PRIMARY KEY, dated TEXT);
            CREATE TABLE facet_values (
                id INTEGER, facet INTEGER, value TEXT, PRIMARY KEY (id, facet, value)
            ) WITHOUT ROWID;
            """
        )
        with self.db:
            for document in documents:
                self.db.execute(
                    "INSERT INTO cases (rowid, title, body) VALUES (?, ?, ?)",
                    (document.id, document.title, document.body),
                )
                self.db.execute("INSERT INTO dates VALUES (?, ?)", (document.id, document.dated))
                self.db.executemany(
                    "INSERT OR IGNORE INTO facet_values VALUES (?, ?, ?)",
                    [
                        (document.id, FACETS.index(facet), value)
                        for facet, values in document.facets.items()
                        for value in values
                    ],
                )
        self.db.executescript(
            """
            INSERT INTO cases (cases) VALUES ('optimize');
            CREATE INDEX by_date ON dates (dated);
            CREATE INDEX by_value ON facet_values (facet, value, id);
            ANALYZE;
            PRAGMA wal_checkpoint(TRUNCATE);
            """
        )
        self.db.close()

    def open(self):
        self._connect()

    def _connect(self):
        self.db = sqlite3.connect(self.folder / _FILE)
        self.db.execute("PRAGMA cache_size = -262144")
        self.db.execute("PRAGMA mmap_size = 4000000000")
        self.db.execute("PRAGMA temp_store = MEMORY")

    def search(self, query):
        conditions, values = [], []
        for facet, wanted in query.filters.items():
            conditions.append(
                "id IN (SELECT id FROM facet_values WHERE facet = ? AND value IN"
                f" ({','.join('?' * len(wanted))}))"
            )
            values += [FACETS.index(facet), *wanted]
        if query.tokens:
            match = _match(query)
            where = "".join(f" AND {c.replace('id IN', 'rowid IN', 1)}" for c in conditions)
            hits = f"SELECT rowid AS id FROM cases WHERE cases MATCH ?{where}"
            values = [match, *values]
            rows = self.db.execute(
                "SELECT rowid, snippet(cases, 1, '<b>', '</b>', '…', 40) FROM cases"
                f" WHERE cases MATCH ?{where} ORDER BY rank LIMIT {PAGE_SIZE}",
                values,
            ).fetchall()
        else:
            hits = f"SELECT id FROM dates WHERE {' AND '.join(conditions) or 'TRUE'}"
            rows = self.db.execute(
                f"SELECT id, (SELECT substr(body, 1, 160) FROM cases WHERE rowid = id) FROM ({hits}"
                f" ORDER BY dated DESC, id DESC LIMIT {PAGE_SIZE})",
                values,
            ).fetchall()
        total, facets = counted(self.db, hits, values)
        return Page([row[0] for row in rows], total, facets, [joined(row[1]) for row in rows])


def _match(query: Query) -> str:
    quoted = [token.replace('"', "") for token in query.tokens]
    if query.literal:
        return f'"{" ".join(quoted)}"'
    return " OR ".join(f'"{token}"' for token in quoted)
