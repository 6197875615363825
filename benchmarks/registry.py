"""The engines that can be compared, by the name that the command line takes."""

from dataclasses import dataclass
from importlib import import_module

PRODUCT = "config.settings"


@dataclass(frozen=True)
class Entry:
    """path: module:class. settings: Django's settings module. index: whose index it reads."""

    path: str
    settings: str = PRODUCT
    index: str | None = None

    def load(self):
        module, name = self.path.split(":")
        return getattr(import_module(f"benchmarks.engines.{module}"), name)


ENGINES = {
    "ours": Entry("ours:Ours"),
    "ours-core": Entry("ours:OursFromTheIndex", index="ours"),
    "haystack": Entry("haystack:Haystack", settings="benchmarks.haystack_recipe.settings"),
    "whoosh": Entry("plain_whoosh:PlainWhoosh", index="ours"),
    "fts5": Entry("fts5:FTS5"),
    "postgres": Entry("postgres:Postgres"),
    "tantivy": Entry("tantivy:Tantivy"),
    "icontains": Entry("icontains:IContains"),
}
