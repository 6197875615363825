import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("case", "案例"),
                            ("theme", "领域"),
                            ("approach", "改革手段"),
                            ("issuingbody", "牵头部门"),
                        ],
                        max_length=20,
                        verbose_name="内容",
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="文件名")),
                ("plan", models.JSONField(default=list, verbose_name="改动")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "待确认的表格",
                "verbose_name_plural": "待确认的表格",
                "ordering": ["-pk"],
                "default_permissions": (),
            },
        ),
    ]
