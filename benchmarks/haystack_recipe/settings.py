from config.settings import *  # noqa: F403 - the product's settings with haystack added
from config.settings import DATA_DIR, INSTALLED_APPS

INSTALLED_APPS = ["haystack", *INSTALLED_APPS, "benchmarks.haystack_recipe"]
HAYSTACK_CONNECTIONS = {
    "default": {
        "ENGINE": "benchmarks.haystack_recipe.backend.WhooshEngine",
        "PATH": str(DATA_DIR / "engines" / "haystack"),
    }
}
# There is one model: without this every search first lists all documents of it.
HAYSTACK_LIMIT_TO_REGISTERED_MODELS = False
