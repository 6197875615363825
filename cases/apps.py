from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "典型经验"

    def ready(self):
        from . import freshness, models

        # What only the desk shows makes no page of the readers another.
        inside = {
            models.ContentChange,
            models.CaseVersion,
            models.CaseComment,
            models.ErrorReport,
            models.NoticeUpload,
            models.Sheet,
        }
        freshness.watch(set(self.get_models(include_auto_created=True)) - inside)
