"""Every address: Swedish words, English names. A house test holds docs/reference/addresses.md to it."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from samsyn.web.desk import views as desk
from samsyn.web.people import views as people
from samsyn.web.places import views as places
from samsyn.web.ui import views as ui

workspace_patterns = [
    path("", desk.start, name="start"),
    path("aktorer/", people.who_is_who, name="who-is-who"),
    path("aktorer/medlemskap/<uuid:membership_id>/avsluta/", people.end_membership, name="end-membership"),
    path("logg/", people.audit_log, name="audit-log"),
    path("platser/", places.register, name="places"),
    path("platser/ny/", places.new_place, name="new-place"),
    path("platser/<slug:slug>/", places.place, name="place"),
    path("platser/<slug:slug>/andra/", places.edit_place, name="edit-place"),
    path("platser/<slug:slug>/avgransning/", places.new_boundary, name="new-boundary"),
    path("platser/<slug:slug>/delplats/", places.new_sub_place, name="new-sub-place"),
    path("platser/<slug:slug>/status/", places.decide_status, name="decide-status"),
    path("karta/platser.geojson", places.places_layer, name="places-layer"),
    path("karta/<slug:scheme>.geojson", places.areas_layer, name="areas-layer"),
]

urlpatterns = [
    path("", people.home, name="home"),
    path("logga-in/", people.SignIn.as_view(), name="sign-in"),
    path("logga-ut/", LogoutView.as_view(), name="sign-out"),
    path("konto/", people.account, name="account"),
    path("sprak/", people.language, name="language"),
    path("tillganglighet/", ui.accessibility, name="accessibility"),
    path("halsa/", ui.health, name="health"),
    path("<slug:workspace>/", include(workspace_patterns)),
]

handler404 = "samsyn.web.ui.views.not_found"
handler500 = "samsyn.web.ui.views.server_error"
