"""Make an installation ready to serve: `make run` calls it before the server starts.

Every step leaves alone what is there already, so that running it again changes nothing.
"""

import hashlib
import os

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from cases.models import Notice

BUNDLED_NOTICE = settings.BASE_DIR / "fixtures" / "notices" / "fujian-2025-batch-1.txt"
BUNDLED_CURATION = BUNDLED_NOTICE.with_suffix(".curation.json")


class Command(BaseCommand):
    help = "准备好数据库、基础数据、首批案例、检索索引和静态文件，可以反复运行。"
    requires_system_checks = []

    def handle(self, *args, **options):
        call_command("migrate", verbosity=0)
        call_command("load_fixtures", verbosity=0)
        call_command("load_language", verbosity=0)
        call_command("update_index", verbosity=0)
        # Only into an empty library: a case that staff removed must not come back.
        if not Notice.objects.exists():
            self.stdout.write("正在导入首批案例……")
            call_command(
                "import_notice",
                str(BUNDLED_NOTICE),
                curation=str(BUNDLED_CURATION),
                publish=True,
                verbosity=0,
            )
        collect_static()
        call_command("check")
        address = f"http://localhost:{os.environ.get('PORT', '8000')}/"
        self.stdout.write(self.style.SUCCESS(f"准备就绪，请用浏览器打开 {address}"))
        if not get_user_model().objects.filter(is_staff=True).exists():
            self.stdout.write("还没有工作人员账号，请另开一个终端运行：")
            self.stdout.write("  .venv/bin/python manage.py createsuperuser")
            self.stdout.write(f"然后到 {address}admin/ 登录。停止服务按 Ctrl+C。")


def collect_static():
    """Collect and compress the static files, unless none has changed: it takes some seconds."""
    # The API answers JSON only; its library's pages are never shown.
    ignored = ["rest_framework"]
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignored):
            digest.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}".encode())
    stamp = settings.STATIC_ROOT / "sources.sha256"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=ignored)
    stamp.write_text(digest.hexdigest())
