from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0002_language")]

    operations = [
        migrations.AlterModelOptions(
            name="word",
            options={
                "ordering": ["text"],
                "permissions": [("rebuild_index", "重建检索索引")],
                "verbose_name": "词典",
                "verbose_name_plural": "词典",
            },
        ),
    ]
