from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts import protection
from accounts.checking import damaged_rows
from accounts.models import AuditEvent

SHOWN = 20


class Command(BaseCommand):
    help = "核对操作审计：保护是否还在，有没有被改过或删掉的记录。"

    def handle(self, *args, **options):
        problems = [
            f"数据库里没有触发器 {name}，请运行 manage.py protect_audit。"
            for name in protection.missing(connection)
        ]
        for number, what in damaged_rows():
            problems.append(f"第 {number} 条：{what}")
            if len(problems) == SHOWN:
                problems.append("其余从略。")
                break
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"操作审计 {AuditEvent.objects.count()} 条，没有发现改动。")
