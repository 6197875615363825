"""Take every noted change into the index; build it where none fits.

Run at start and from a timer: whatever a crash left behind is caught up here.
"""

from django.core.management.base import BaseCommand, CommandError

from search.following import follow, rebuild, words_changed
from search.index import IndexBusy, IndexUnavailable, search_index


class Command(BaseCommand):
    help = "把数据库里的变化补进检索索引；没有可用的索引时新建一个。"

    def handle(self, *args, **options):
        try:
            try:
                search_index().snapshot()
                if words_changed():
                    raise IndexUnavailable
                message = f"索引已跟上数据库，处理了 {follow()} 个变化。"
            except IndexUnavailable:
                message = f"索引已新建，共 {rebuild()} 个案例。"
        except IndexBusy as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(message)
