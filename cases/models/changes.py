"""The content version: whether anything that readers can see has changed."""

from django.db import connection, models


class ContentChange(models.Model):
    """Something that readers can see has changed; written in the transaction that changed it.

    A row each, not one counter: editors never wait for each other, and a row that commits late,
    out of the order of the numbers, still shows.
    """

    # So many of the newest numbers are looked at; what commits later than that goes unseen.
    WINDOW = 1000

    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "内容变动"

    def __str__(self):
        return str(self.pk)

    @classmethod
    def note(cls, using: str = "default") -> None:
        row = cls.objects.using(using).create()
        if row.pk % cls.WINDOW == 0:
            cls.objects.using(using).filter(pk__lt=row.pk - cls.WINDOW).delete()

    @classmethod
    def version(cls) -> tuple:
        """Another value after each committed change, never one that has been there before.

        The newest number only rises, and while it stays the rows up to it only become more. The
        time tells a restored database from what it was before.
        """
        # Every request asks: the ORM would take three times as long as the database.
        table = connection.ops.quote_name(cls._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT MAX(id), COUNT(*), MAX(created_at) FROM {table}"
                f" WHERE id > (SELECT MAX(id) FROM {table}) - %s",
                [cls.WINDOW],
            )
            return tuple(cursor.fetchone())
