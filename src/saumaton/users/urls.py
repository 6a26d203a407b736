"""The addresses of the users room."""

from django.urls import URLPattern, URLResolver, path

from saumaton.users import sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
]
