"""Build the search index anew beside the one in use, then swap: readers notice nothing."""

from django.core.management.base import BaseCommand, CommandError

from search.following import rebuild
from search.index import IndexBusy

# A rebuild at national size takes minutes.
PATIENCE = 3600


class Command(BaseCommand):
    help = "重建检索索引：在旁边建好再切换，期间检索照常。"

    def add_arguments(self, parser):
        parser.add_argument("--wait", action="store_true", help="另一个重建正在进行时等它结束")

    def handle(self, *args, **options):
        def progress(done, total):
            if options["verbosity"]:
                self.stdout.write(f"已读取 {done} / {total} 个案例")

        try:
            count = rebuild(progress, wait=PATIENCE if options["wait"] else 0)
        except IndexBusy as error:
            raise CommandError("另一个重建正在进行，请等它结束。") from error
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS(f"索引已重建，共 {count} 个案例。"))
