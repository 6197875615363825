from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import KEPT, AuditEvent


class Command(BaseCommand):
    help = "删除过期的操作审计，至少保留 180 天。适合每天用定时任务运行。"

    def add_arguments(self, parser):
        parser.add_argument(
            "--days",
            type=int,
            default=365,
            help=f"保留的天数，不能少于 {KEPT.days}；不给出时为 365。",
        )

    def handle(self, *args, days, **options):
        if days < KEPT.days:
            raise CommandError(f"操作审计至少要保留 {KEPT.days} 天，什么也没有删除。")
        count = AuditEvent.objects.expire(timezone.now() - timedelta(days=days))
        self.stdout.write(f"已删除 {days} 天以前的操作审计 {count} 条。")
