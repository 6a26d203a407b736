"""The addresses of the frame. A room's own addresses stand before these."""

from django.urls import path

from saumaton.pages import actions, card, export, frame, lines, list, preferences, tell_me, wizard

app_name = "pages"
urlpatterns = [
    path("", frame.show_home, name="home"),
    path("preferences/language/", preferences.choose_language, name="language"),
    path("preferences/theme/", preferences.choose_theme, name="theme"),
    path("tell-me/", tell_me.tell_me, name="tell_me"),
    path("setup/<slug:name>/", wizard.walk, name="wizard"),
    path("list/<slug:name>/", list.show_list, name="list"),
    path("list/<slug:name>/columns/", list.choose_columns, name="columns"),
    path("list/<slug:name>/suggestions/", list.suggest, name="suggestions"),
    path("list/<slug:name>/export.<slug:form>", export.export, name="export"),
    path("act/<slug:name>/<slug:action>/", actions.act, name="act"),
    path("card/<slug:name>/", card.show_single, name="single"),
    path("card/<slug:name>/new/", card.new_card, name="new"),
    path("card/<slug:name>/<str:key>/", card.show_card, name="card"),
    path("card/<slug:name>/<str:key>/lines/", lines.change_lines, name="lines"),
    path("card/<slug:name>/<str:key>/delete/", card.delete_card, name="delete"),
]
