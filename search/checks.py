"""Misconfiguration of the search, said with what to do about it."""

from django.core.checks import Error, Warning, register

from .index import DISTRIBUTION, DISTRIBUTION_VERSION, installed_distribution, search_index
from .schema import VERSION


@register()
def one_whoosh(app_configs, **kwargs):
    wanted = f"{DISTRIBUTION} {DISTRIBUTION_VERSION}"
    found = installed_distribution()
    if found == wanted:
        return []
    return [
        Error(
            f"检索需要 {wanted}，这里装的是 {found or '几个互相覆盖的 whoosh'}。",
            hint="重建虚拟环境（删除 .venv 后运行 make install），不要另装 whoosh 或 whoosh3。",
            id="search.E001",
        )
    ]


@register()
def index_fits_schema(app_configs, **kwargs):
    index = search_index()
    version = index.built_with()
    if index.generation is None:
        return [
            Warning(
                "检索索引还没有建立。",
                hint="运行 manage.py rebuild_index。",
                id="search.W001",
            )
        ]
    if version != VERSION:
        return [
            Warning(
                f"检索索引的版本是 {version}，程序要的是 {VERSION}。",
                hint="运行 manage.py rebuild_index；重建期间旧索引不受影响。",
                id="search.W002",
            )
        ]
    return []
