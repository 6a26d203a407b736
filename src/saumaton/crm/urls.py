"""The addresses of the CRM."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from . import views

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^api/data/", views.web_api),
    path("<str:tenant>/oauth2/v2.0/token", views.token),
    path("<str:tenant>/oauth2/token", views.token),
    path("<str:tenant>/v2.0/.well-known/openid-configuration", views.openid_configuration),
    path("", include("saumaton.crm.pages.urls")),
]
