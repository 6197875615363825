"""What readers report as wrong, and the groups that work on it."""

import importlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MAY = {
    "编辑": ("view", "change"),
    "审核": ("view", "change"),
    "管理员": ("view", "change", "delete"),
}


def give_rights(apps, schema_editor):
    permission_for = importlib.import_module("cases.migrations.0005_groups").permission_for
    for group in apps.get_model("auth", "Group").objects.filter(name__in=MAY):
        for verb in MAY[group.name]:
            group.permissions.add(permission_for(apps, "cases", "errorreport", verb))


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_released_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ErrorReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page", models.CharField(blank=True, max_length=500, verbose_name="页面")),
                ("text", models.TextField(max_length=1000, verbose_name="哪里不对")),
                ("contact", models.CharField(blank=True, max_length=100, verbose_name="联系方式")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待处理"), ("done", "已处理")],
                        default="open",
                        max_length=4,
                        verbose_name="状态",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="处理说明")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="收到时间")),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="error_reports",
                        to="cases.case",
                        verbose_name="案例",
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="处理人",
                    ),
                ),
            ],
            options={
                "verbose_name": "纠错",
                "verbose_name_plural": "纠错",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
