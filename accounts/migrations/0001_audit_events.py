import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts import protection


def protect(apps, schema_editor):
    protection.protect(schema_editor.connection)


def unprotect(apps, schema_editor):
    protection.unprotect(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="时间"
                    ),
                ),
                ("user_name", models.CharField(blank=True, max_length=150, verbose_name="用户名")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="地址")),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("login", "登录"),
                            ("login_failed", "登录失败"),
                            ("locked", "锁定"),
                            ("logout", "退出"),
                            ("idle", "超时退出"),
                            ("second_factor", "两步验证"),
                            ("add", "添加"),
                            ("change", "修改"),
                            ("delete", "删除"),
                            ("permission", "权限变更"),
                            ("import", "导入"),
                            ("export", "导出"),
                            ("submit", "送审"),
                            ("send_back", "退回"),
                            ("publish", "发布"),
                            ("withdraw", "撤回"),
                            ("revise", "开始修订"),
                            ("restore", "恢复旧版"),
                            ("discard", "放弃修订"),
                            ("merge", "合并"),
                            ("rebuild", "重建索引"),
                            ("view", "查看审计"),
                            ("other", "其他操作"),
                        ],
                        db_index=True,
                        max_length=20,
                        verbose_name="事件",
                    ),
                ),
                (
                    "object_type",
                    models.CharField(blank=True, max_length=100, verbose_name="对象类型"),
                ),
                ("object_id", models.CharField(blank=True, max_length=64, verbose_name="对象编号")),
                ("object_name", models.CharField(blank=True, max_length=200, verbose_name="对象")),
                ("succeeded", models.BooleanField(default=True, verbose_name="结果")),
                ("detail", models.CharField(blank=True, max_length=2000, verbose_name="说明")),
                ("previous", models.BigIntegerField(editable=False, null=True)),
                ("digest", models.CharField(editable=False, max_length=64, verbose_name="校验值")),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "操作审计",
                "verbose_name_plural": "操作审计",
                "ordering": ["-pk"],
                "default_permissions": ["view"],
            },
        ),
        migrations.RunPython(protect, unprotect, elidable=False),
    ]
