from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    name = "saumaton.integration"
    label = "integration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from saumaton.financials.web_services import availability

        from .availability import coupled_items

        availability.hang(coupled_items)
