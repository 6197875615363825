"""The right to rebuild the index is one of the index, not of the words it is cut with."""

from django.db import migrations

CODENAME = "rebuild_index"


def move(apps, schema_editor):
    """Keep the row, and with it whoever has the right. Django makes it where there is none yet."""
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind, _ = ContentType.objects.get_or_create(app_label="search", model="indexchange")
    old = Permission.objects.filter(
        content_type__app_label="search", content_type__model="word", codename=CODENAME
    )
    old.update(content_type=kind, name="重建")


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0003_right_to_rebuild"),
        ("accounts", "0002_rights_of_administrators"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="word",
            options={
                "ordering": ["text"],
                "verbose_name": "词典",
                "verbose_name_plural": "词典",
            },
        ),
        migrations.AlterModelOptions(
            name="indexchange",
            options={
                "default_permissions": (),
                "permissions": [("rebuild_index", "重建")],
                "verbose_name": "检索索引",
                "verbose_name_plural": "检索索引",
            },
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
