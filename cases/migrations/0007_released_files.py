"""Files of notices that readers may have: those kept before, as they already did."""

from django.db import migrations, models


def release_all(apps, schema_editor):
    apps.get_model("cases", "NoticeFile").objects.update(released=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_sheets")]

    operations = [
        migrations.AddField(
            "noticefile",
            "released",
            models.BooleanField(default=False, verbose_name="读者可以下载"),
        ),
        migrations.RunPython(release_all, migrations.RunPython.noop),
    ]
