from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "典型经验"

    def ready(self):
        from . import freshness
        from .models import ContentChange

        shown = self.get_models(include_auto_created=True)
        freshness.watch(model for model in shown if model is not ContentChange)
