from django.urls import path

from . import session

urlpatterns = [
    path("sign-in/", session.sign_in, name="crm-sign-in"),
    path("sign-out/", session.sign_out, name="crm-sign-out"),
]
