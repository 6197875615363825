from django.apps import AppConfig
from django.conf import settings


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "检索"

    def ready(self):
        from . import analysis, checks, following, freshness  # noqa: F401 - checks registers itself

        analysis.configure(settings.JIEBA_CACHE_DIR)
        following.connect()
        freshness.connect()
