"""Regions: one tree of provinces, cities, districts and zones, coded by GB/T 2260."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from .querysets import TellingQuerySet


class RegionKind(models.TextChoices):
    PROVINCE = "province", "省、自治区、直辖市"
    CITY = "city", "市、州、盟、地区"
    DISTRICT = "district", "区、县、县级市"
    ZONE = "zone", "功能区"


class Level(models.TextChoices):
    """层级. The values are the official words themselves: in addresses, exports and the API."""

    PROVINCE = "省级", "省级"
    CITY = "市级", "市级"
    COUNTY = "县级", "县级"
    ZONE = "功能区", "功能区"


LEVEL_OF_KIND = {
    RegionKind.PROVINCE: Level.PROVINCE,
    RegionKind.CITY: Level.CITY,
    RegionKind.DISTRICT: Level.COUNTY,
    RegionKind.ZONE: Level.ZONE,
}

# GB/T 2260 prefixes of 北京, 天津, 上海 and 重庆, whose districts have no city between.
MUNICIPALITY_PREFIXES = ("11", "12", "31", "50")

# Province > city > district > zone: what roll-up has to climb.
MAX_DEPTH = 4

# The whole country has 3,200 regions.
MANY = 400


def up_the_tree(prefix, region, lookup="exact"):
    """A Q that finds rows whose region (at field path `prefix`) is `region` or lies below it."""
    condition = models.Q()
    path = prefix
    for _ in range(MAX_DEPTH):
        condition |= models.Q(**{f"{path}__{lookup}": region})
        path += "__parent"
    return condition


class RegionQuerySet(TellingQuerySet):
    def get_by_natural_key(self, code):
        return self.get(code=code)

    def within(self, region):
        """The region itself and everything below it."""
        return self.filter(models.Q(pk=region.pk) | up_the_tree("parent", region))

    def cities(self):
        """Shown as a city: cities, and zones and counties that a province runs itself."""
        below_province = models.Q(parent__kind=RegionKind.PROVINCE) & ~models.Q(
            *[("parent__code__startswith", prefix) for prefix in MUNICIPALITY_PREFIXES],
            _connector=models.Q.OR,
        )
        return self.filter(
            models.Q(kind=RegionKind.CITY)
            | (models.Q(kind__in=[RegionKind.ZONE, RegionKind.DISTRICT]) & below_province)
        )

    def provinces_and_cities(self):
        return self.cities() | self.filter(kind=RegionKind.PROVINCE)

    def with_path(self):
        return self.select_related("parent__parent__parent")

    def paths(self, ids):
        """pk -> region with its path loaded, for each of `ids`; one query.

        For many it is quicker to read the whole tree once than each path for itself.
        """
        if len(ids) < MANY:
            return self.with_path().in_bulk(ids)
        regions = self.in_bulk()
        parent = self.model._meta.get_field("parent")
        for region in regions.values():
            parent.set_cached_value(region, regions.get(region.parent_id))
        return {number: regions[number] for number in ids}


class Region(models.Model):
    code = models.CharField(
        "代码",
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^\d{6}$", "代码是六位数字。")],
        help_text="GB/T 2260 六位代码；功能区没有国家代码，用本库自编的代码。",
    )
    name = models.CharField("名称", max_length=50)
    short_name = models.CharField("简称", max_length=50, help_text="行文中常用的叫法，如“晋安”。")
    kind = models.CharField("类型", max_length=10, choices=RegionKind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="上级地区",
        null=True,
        blank=True,
        related_name="children",
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地区"
        ordering = ["code"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.code,)

    @property
    def level(self):
        return LEVEL_OF_KIND[self.kind]

    @property
    def ancestors(self):
        """From the province down to the region itself, at most MAX_DEPTH regions."""
        path = [self]
        while path[0].parent is not None and len(path) < MAX_DEPTH:
            path.insert(0, path[0].parent)
        return path

    @property
    def path(self):
        """福建省 > 福州市 > 晋安区, as readers see it."""
        return " > ".join(region.name for region in self.ancestors)

    @property
    def is_municipality(self):
        return self.parent_id is None and self.code.startswith(MUNICIPALITY_PREFIXES)

    @property
    def city(self):
        """The region that is shown as this one's city: itself for a province."""
        path = self.ancestors
        return path[0] if len(path) == 1 or path[0].is_municipality else path[1]

    def clean(self):
        seen = {self.pk}
        parent, depth = self.parent, 1
        while parent is not None:
            depth += 1
            if parent.pk in seen:
                raise ValidationError({"parent": "上级地区不能是它自己或它的下级，请另选。"})
            if depth > MAX_DEPTH:
                raise ValidationError({"parent": f"地区最多 {MAX_DEPTH} 层，请选更高一级的地区。"})
            seen.add(parent.pk)
            parent = parent.parent
