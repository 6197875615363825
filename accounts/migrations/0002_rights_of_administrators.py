"""管理员 reads the audit and has the search index rebuilt."""

from django.db import migrations

RIGHTS = [
    ("accounts", "auditevent", "view_auditevent", "Can view 操作审计"),
    ("search", "word", "rebuild_index", "重建检索索引"),
]


def grant(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group = Group.objects.filter(name="管理员").first()
    for app, model, codename, name in RIGHTS if group else ():
        # Django makes these rows after all migrations, and keeps those that it finds.
        kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
        permission, _ = Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_audit_events"),
        ("cases", "0005_groups"),
        ("search", "0003_right_to_rebuild"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
