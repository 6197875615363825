"""What all QuerySets of the domain share."""

from django.db import models

from ..signals import rows_changed


class TellingQuerySet(models.QuerySet):
    """Tells of the changes that Django's own signals do not: update() and bulk_create()."""

    def update(self, **values):
        # Before: afterwards the rows may no longer match what selected them.
        ids = list(self.order_by().values_list("pk", flat=True)) if self._is_heard() else []
        changed = super().update(**values)
        self._tell(ids)
        return changed

    update.alters_data = True

    def bulk_create(self, objs, *args, **kwargs):
        created = super().bulk_create(objs, *args, **kwargs)
        if self._is_heard():
            self._tell([one.pk for one in created if one.pk is not None])
        return created

    bulk_create.alters_data = True

    def _is_heard(self):
        return rows_changed.has_listeners(self.model)

    def _tell(self, ids):
        if ids:
            rows_changed.send(sender=self.model, ids=ids, using=self.db)
