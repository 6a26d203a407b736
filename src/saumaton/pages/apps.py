from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PagesConfig(AppConfig):
    name = "saumaton.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every room declare its pages, then hang its actions on the pages of others."""
        autodiscover_modules("pages")
        autodiscover_modules("actions")
