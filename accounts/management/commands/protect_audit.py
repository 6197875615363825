from django.core.management.base import BaseCommand
from django.db import connection

from accounts import protection


class Command(BaseCommand):
    help = "让数据库拒绝修改操作审计、拒绝删除未满 180 天的操作审计（重复运行无妨）。"

    def handle(self, *args, **options):
        protection.protect(connection)
        self.stdout.write("操作审计的保护已装好。")
