"""The three groups of the staff: 编辑 writes, 审核 publishes, 管理员 keeps everything else too.

Staff may change what a group may do; an update of the product does not change it back. An app that
comes later gives its own permissions to the groups in a migration of its own. Only what the form of a group
offers is given: whoever may write a case may write its parts, its numbers and its comments.
"""

from django.db import migrations

ALL = ("view", "add", "change", "delete")
WRITE = ("view", "add", "change")

EDITOR = {
    "cases.case": WRITE,
    "cases.adoption": ALL,
    "cases.noticeupload": WRITE,
    "cases.notice": WRITE,
    "cases.region": ("view",),
    "cases.theme": ("view",),
    "cases.approach": ("view",),
    "cases.issuingbody": ("view",),
    "search.synonymgroup": ("view",),
    "search.word": ("view",),
    "search.searchlog": ("view",),
}
REVIEWER = EDITOR | {"cases.case": (*WRITE, "publish")}
ADMINISTRATOR = REVIEWER | {
    "cases.case": (*ALL, "publish"),
    "cases.noticeupload": ALL,
    "cases.notice": ALL,
    "cases.region": ALL,
    "cases.theme": ALL,
    "cases.approach": ALL,
    "cases.issuingbody": ALL,
    "search.synonymgroup": ALL,
    "search.word": ALL,
    "auth.user": ALL,
    "auth.group": ALL,
}
GROUPS = {"编辑": EDITOR, "审核": REVIEWER, "管理员": ADMINISTRATOR}


def make_groups(apps, schema_editor):
    """Make the groups that are missing; one that is there already stays as it is."""
    Group = apps.get_model("auth", "Group")
    for name, rights in GROUPS.items():
        group, is_new = Group.objects.get_or_create(name=name)
        if is_new:
            group.permissions.set(
                permission_for(apps, *model.split("."), verb)
                for model, verbs in rights.items()
                for verb in verbs
            )


def permission_for(apps, app, model, verb):
    """The permission's row. Django makes these after all migrations, and keeps those it finds."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.get_or_create(app_label=app, model=model)
    name = "发布和撤回" if verb == "publish" else f"Can {verb} {model}"
    permission, _ = Permission.objects.get_or_create(
        content_type=content_type, codename=f"{verb}_{model}", defaults={"name": name}
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_discarded_revisions"),
        ("search", "0002_language"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
