"""Bring the lists that come with the product into the database, without undoing staff's edits.

Django's own loaddata writes every row of the file over what is there. Staff rename regions and
terms and edit cues, and the product is started again and again, so here a row is only created
where its natural key is missing; --overwrite is the deliberate way back to the file.
"""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, transaction

from cases.models import Approach, IssuingBody, Region, Theme

FILES = [
    ("regions.json", Region),
    ("zones.json", Region),
    ("themes.json", Theme),
    ("approaches.json", Approach),
    ("bodies.json", IssuingBody),
]


class FixtureError(Exception):
    """A file of the folder cannot be loaded. The message is safe to show."""


class Command(BaseCommand):
    # The checks speak of the search index, which cannot be there before this command has run.
    requires_system_checks = []
    help = "装入地区、领域、改革手段、牵头部门等基础数据；已有的条目保持不变。"

    def add_arguments(self, parser):
        parser.add_argument(
            "--overwrite", action="store_true", help="把已有条目也改回文件里的内容。"
        )
        parser.add_argument(
            "--directory",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="存放基础数据文件的文件夹。",
        )

    def handle(self, *, overwrite, directory, verbosity, **options):
        try:
            with transaction.atomic():
                lines = [
                    _load(Path(directory) / name, model, overwrite=overwrite)
                    for name, model in FILES
                ]
        except FixtureError as error:
            self.stderr.write(f"{error}没有写入任何内容。")
            raise SystemExit(1) from error
        except DatabaseError as error:
            self.stderr.write(
                f"数据库没有完成操作（{error}），没有写入任何内容。"
                "如果是新建的数据库，请先运行 manage.py migrate。"
            )
            raise SystemExit(1) from error
        if verbosity > 0:
            self.stdout.write("\n".join(lines))


def _load(path, model, *, overwrite):
    """Load one file and return the line that tells what happened."""
    existing = {each.code: each for each in model.objects.all()}
    created, restored, kept = [], 0, 0
    missing = []
    for fields in _rows(path, model):
        thing = existing.get(fields["code"])
        if thing is None:
            missing.append(fields)
        elif overwrite and _restore(thing, fields, existing):
            restored += 1
        else:
            kept += 1
    refused = _names_in_use(model, missing, existing)
    missing = [fields for fields in missing if fields["code"] not in refused]
    while missing:
        # Parents first: a row waits until its parent has a primary key.
        ready = [f for f in missing if f.get("parent") is None or f["parent"] in existing]
        if not ready:
            raise FixtureError(
                f"{path.name} 里“{missing[0]['name']}”的上级地区 {missing[0]['parent']} 不存在，"
                "请检查文件；"
            )
        batch = [model(**_values(fields, existing)) for fields in ready]
        for thing in model.objects.bulk_create(batch, batch_size=500):
            existing[thing.code] = thing
        created += batch
        done = {fields["code"] for fields in ready}
        missing = [fields for fields in missing if fields["code"] not in done]
    line = f"{path.name}（{model._meta.verbose_name}）：新增 {len(created)}，未变 {kept}"
    if overwrite:
        line += f"，改回 {restored}"
    for code, other in refused.items():
        line += f"\n  未新增 {code}：名称已被 {other} 使用，请先给其中一个改名。"
    return line


def _rows(path, model):
    """The fields of each object of the file, with a parent as its code."""
    known = {field.name for field in model._meta.concrete_fields} - {"id"}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        label = model._meta.label_lower
        fields_of_rows = [dict(row["fields"]) for row in rows if row["model"] == label]
    except OSError as error:
        raise FixtureError(
            f"读不到基础数据文件 {path}（{error.strerror}），请检查安装是否完整；"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise FixtureError(f"基础数据文件 {path} 的格式不对（{error}），请检查文件；") from error
    for fields in fields_of_rows:
        if not {"code", "name"} <= set(fields) <= known:
            raise FixtureError(
                f"基础数据文件 {path} 里有不认识或缺少的字段：{fields}，请检查文件；"
            )
        if fields.get("parent") is not None:
            (fields["parent"],) = fields["parent"]
    return fields_of_rows


def _values(fields, existing):
    values = dict(fields)
    if values.get("parent") is not None:
        values["parent"] = existing[values["parent"]]
    return values


def _restore(thing, fields, existing):
    """Set what differs from the file back to it; says whether anything did."""
    changed = []
    for name, value in _values(fields, existing).items():
        if getattr(thing, name) != value:
            setattr(thing, name, value)
            changed.append(name)
    if changed:
        # One by one and with save(), so that whoever follows the terms hears of it.
        thing.save(update_fields=changed)
    return bool(changed)


def _names_in_use(model, missing, existing):
    """Codes of missing rows whose unique name another row already has, with that row's code."""
    if not model._meta.get_field("name").unique:
        return {}
    owners = {thing.name: thing.code for thing in existing.values()}
    return {f["code"]: owners[f["name"]] for f in missing if f["name"] in owners}
