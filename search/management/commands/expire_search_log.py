"""Delete what the search log has kept long enough; run daily from a timer."""

from django.core.management.base import BaseCommand

from search.log import expire


class Command(BaseCommand):
    help = "删除超过保存天数（SEARCH_LOG_DAYS）的检索记录。"

    def handle(self, *args, **options):
        self.stdout.write(f"删除了 {expire()} 条过期的检索记录。")
