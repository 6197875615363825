from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_curation_desk")]

    operations = [
        migrations.AlterField(
            model_name="caseversion",
            name="action",
            field=models.CharField(
                choices=[
                    ("import", "导入"),
                    ("edit", "编辑"),
                    ("submit", "送审"),
                    ("send_back", "退回"),
                    ("publish", "发布"),
                    ("withdraw", "撤回"),
                    ("revise", "开始修订"),
                    ("restore", "恢复旧版"),
                    ("discard", "放弃修订"),
                ],
                max_length=10,
                verbose_name="操作",
            ),
        ),
    ]
