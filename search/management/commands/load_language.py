"""Bring the thesaurus and the dictionary that come with the product into the database.

Only into empty tables, so that what staff removed does not come back with the next start; --add
also adds, to tables in use, what a new version brought.
"""

import json

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from cases.models import Theme
from search.language import SYNONYMS, WORDS
from search.models import LanguageVersion, SynonymGroup, Word


class Command(BaseCommand):
    # The checks speak of the index, which is built with the words that this command loads.
    requires_system_checks = []
    help = "装入随产品附带的同义词和词典；表里已有内容时不动，除非用 --add。"

    def add_arguments(self, parser):
        parser.add_argument("--add", action="store_true", help="已有内容时补上缺少的条目")

    @transaction.atomic
    def handle(self, *args, **options):
        themes = dict(Theme.objects.values_list("code", "pk"))
        groups = [
            SynonymGroup(
                term=fields["term"],
                synonyms=fields["synonyms"],
                note=fields["note"],
                theme_id=themes.get(*fields["theme"]) if fields["theme"] else None,
            )
            for fields in rows("synonyms.json")
        ]
        words = [Word(text=fields["text"]) for fields in rows("words.json")]
        for name, model, key, wanted in (
            (SYNONYMS, SynonymGroup, "term", groups),
            (WORDS, Word, "text", words),
        ):
            existing = set(model.objects.values_list(key, flat=True))
            new = [one for one in wanted if getattr(one, key) not in existing]
            if new and (options["add"] or not existing):
                model.objects.bulk_create(new, batch_size=500)
                # bulk_create sends no signals.
                LanguageVersion.bump(name)
            else:
                new = []
            if options["verbosity"]:
                self.stdout.write(
                    f"{model._meta.verbose_name}：新增 {len(new)}，未变 {len(existing)}"
                )


def rows(name):
    path = settings.BASE_DIR / "fixtures" / name
    return [row["fields"] for row in json.loads(path.read_text(encoding="utf-8"))]
