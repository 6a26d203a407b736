from django.apps import AppConfig


class FinancialsConfig(AppConfig):
    name = "saumaton.financials"
    label = "financials"
    default_auto_field = "django.db.models.BigAutoField"
