"""Nobody deletes an upload, whatever his rights: the right is taken away from whoever has it."""

from django.db import migrations


def take_away(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    for permission in Permission.objects.filter(
        content_type__app_label="cases", codename="delete_noticeupload"
    ):
        permission.group_set.clear()
        permission.user_set.clear()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_rights_of_administrators"),
        ("cases", "0005_groups"),
    ]

    operations = [migrations.RunPython(take_away, migrations.RunPython.noop)]
