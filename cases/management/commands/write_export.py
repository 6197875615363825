"""Write an export that a reader ordered. The site calls it; see cases/exports/orders.py."""

import os

from django.core.management.base import BaseCommand, CommandError

from cases.exports import orders


class Command(BaseCommand):
    help = "写出读者要的一份大的导出。由网站自动调用，不需要手工运行。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("key", metavar="编号", help="导出的编号。")

    def handle(self, *, key, **options):
        export = orders.find(key)
        if export is None:
            raise CommandError(f"没有编号为“{key}”的导出。")
        # Readers who search come first.
        os.nice(10)
        orders.write(export)
