"""Every address: Swedish words, English names. A house test holds docs/reference/addresses.md to it."""

from __future__ import annotations

from django.urls import include, path

from samsyn.web.cooperation import (
    actor_views as actors,
    coverage_views as coverage,
    duty_views as duty,
    handover_views as handover,
    hub_views as cooperation,
    tonight_views as tonight,
)
from samsyn.web.desk import views as desk
from samsyn.web.facts import import_views as imports, views as facts
from samsyn.web.insight import deviation_views as deviations, views as insight
from samsyn.web.insight.api import api
from samsyn.web.people import notice_views as notices, views as people
from samsyn.web.places import (
    assessment_views as assessments,
    asset_views as assets,
    mandate_views as mandates,
    views as places,
)
from samsyn.web.ui import offline, views as ui

workspace_patterns = [
    path("", desk.start, name="start"),
    path("aktorer/", people.who_is_who, name="who-is-who"),
    path("aktorer/medlemskap/<uuid:membership_id>/avsluta/", people.end_membership, name="end-membership"),
    path("aviseringar/", notices.notices, name="notices"),
    path("aviseringar/lasta/", notices.read_all, name="read-notices"),
    path("aviseringar/installningar/", notices.settings_page, name="notice-settings"),
    path("aviseringar/<uuid:notice_id>/", notices.open_notice, name="open-notice"),
    path("aktorer/funktion/ny/", actors.new_function, name="new-function"),
    path("aktorer/funktion/<uuid:function_id>/", actors.function, name="function"),
    path("aktorer/funktion/<uuid:function_id>/andra/", actors.edit_function, name="edit-function"),
    path("aktorer/funktion/<uuid:function_id>/utbildning/", actors.new_training, name="new-training"),
    path("aktorer/onskade/", actors.wanted, name="wanted-actors"),
    path("aktorer/onskade/<uuid:wanted_id>/", actors.step_wanted, name="step-wanted"),
    path("vem-tar-over/", handover.take_over, name="take-over"),
    path("vem-tar-over/kort.json", handover.cards, name="take-over-cards"),
    path("tjanstgoring/", duty.duty, name="duty"),
    path("tjanstgoring/pass/<uuid:shift_id>/stall-in/", duty.cancel_shift, name="cancel-shift"),
    path("tjanstgoring/plats/<slug:slug>/", duty.roster, name="roster"),
    path("tjanstgoring/plats/<slug:slug>/nytt/", duty.new_shift, name="new-shift"),
    path("tjanstgoring/plats/<slug:slug>/klistra/", duty.paste_roster, name="paste-roster"),
    path("mandat/", mandates.mandates, name="mandates"),
    path("mandat/har/", mandates.what_may_be_done, name="what-may-be-done"),
    path("mandat/omrade/<uuid:area_id>/", mandates.mandate, name="mandate"),
    path("mandat/omrade/<uuid:area_id>/beslut/", mandates.step_mandate, name="step-mandate"),
    path("mandat/kort/<uuid:card_id>/", mandates.mandate_card, name="mandate-card"),
    path("mandat/kort/<uuid:card_id>/lagg-undan/", mandates.put_away_card, name="put-away-card"),
    path("mandat/plats/<slug:slug>/nytt/", mandates.new_mandate, name="new-mandate"),
    path("mandat/plats/<slug:slug>/kort/", mandates.new_card, name="new-mandate-card"),
    path("objekt/", assets.assets, name="assets"),
    path("objekt/<uuid:asset_id>/", assets.edit_asset, name="edit-asset"),
    path("objekt/<uuid:asset_id>/ta-bort/", assets.remove_asset, name="remove-asset"),
    path("objekt/plats/<slug:slug>/", assets.place_assets, name="place-assets"),
    path("objekt/plats/<slug:slug>/nytt/", assets.new_asset, name="new-asset"),
    path("objekt/plats/<slug:slug>/las-in/", assets.import_assets, name="import-assets"),
    path("karta/mandat.geojson", mandates.mandates_layer, name="mandates-layer"),
    path("logg/", people.audit_log, name="audit-log"),
    path("platser/", places.register, name="places"),
    path("platser/ny/", places.new_place, name="new-place"),
    path("platser/<slug:slug>/", places.place, name="place"),
    path("platser/<slug:slug>/andra/", places.edit_place, name="edit-place"),
    path("platser/<slug:slug>/avgransning/", places.new_boundary, name="new-boundary"),
    path("platser/<slug:slug>/delplats/", places.new_sub_place, name="new-sub-place"),
    path("platser/<slug:slug>/status/", places.decide_status, name="decide-status"),
    path("platser/<slug:slug>/bedomning/ny/", assessments.open_assessment, name="open-assessment"),
    path(
        "platser/<slug:slug>/bedomning/<uuid:some_id>.json",
        assessments.assessment_file,
        name="assessment-file",
    ),
    path("platser/<slug:slug>/bedomning/<uuid:occasion_id>/", assessments.assessment, name="assessment"),
    path(
        "platser/<slug:slug>/bedomning/<uuid:occasion_id>/avsluta/",
        assessments.close_assessment,
        name="close-assessment",
    ),
    path(
        "platser/<slug:slug>/bedomning/<uuid:occasion_id>/svar/",
        assessments.answer_assessment,
        name="answer-assessment",
    ),
    path(
        "platser/<slug:slug>/bedomning/<uuid:occasion_id>/svar/oppna/",
        assessments.reopen_assessment,
        name="reopen-assessment",
    ),
    path(
        "platser/<slug:slug>/bedomning/<uuid:occasion_id>/samsyn/",
        assessments.joint_assessment,
        name="joint-assessment",
    ),
    path(
        "platser/<slug:slug>/bedomning/<uuid:occasion_id>/ratta/",
        assessments.correct_assessment,
        name="correct-assessment",
    ),
    path(
        "platser/<slug:slug>/bedomning/<uuid:occasion_id>/invandning/",
        assessments.challenge_assessment,
        name="challenge-assessment",
    ),
    path(
        "platser/<slug:slug>/bedomning/<uuid:occasion_id>/invandning/<uuid:challenge_id>/",
        assessments.answer_challenge,
        name="answer-challenge",
    ),
    path("platser/<slug:slug>/lagesbild/", insight.latest, name="latest-picture"),
    path("platser/<slug:slug>/lagesbild/jag-haller-inte-med/", insight.disagree, name="disagree"),
    path("platser/<slug:slug>/lagesbild/<int:first>-<int:last>/", insight.picture, name="picture"),
    path("platser/<slug:slug>/lagesbild/<int:first>-<int:last>/las/", insight.freeze, name="freeze-picture"),
    path(
        "platser/<slug:slug>/lagesbild/<int:first>-<int:last>.<slug:wanted>",
        insight.picture_file,
        name="picture-file",
    ),
    path("lagesbilder/<uuid:picture_id>/", insight.frozen, name="frozen-picture"),
    path("lagesbilder/<uuid:picture_id>/lagesbild.<slug:wanted>", insight.frozen_file, name="frozen-file"),
    path("lagesbilder/<uuid:picture_id>/kontroll/", insight.check_frozen, name="check-picture"),
    path("lagesbilder/<uuid:picture_id>/godkann/", insight.approve, name="approve-picture"),
    path("lagesbilder/<uuid:picture_id>/ta-tillbaka/", insight.withdraw_approval, name="withdraw-approval"),
    path("lagesbilder/<uuid:picture_id>/jag-haller-inte-med/", insight.disagree_with, name="disagree-with"),
    path("lagesbilder/<uuid:picture_id>/jamfor/<uuid:other_id>/", insight.compare, name="compare-pictures"),
    path("avvikelser/", deviations.county, name="deviations"),
    path("avvikelser/summor.<slug:wanted>", deviations.aggregate_file, name="event-aggregates"),
    path("platser/<slug:slug>/avvikelser/", deviations.of_place, name="place-deviations"),
    path("underlag/", facts.datasets, name="datasets"),
    path("underlag/las-in/", imports.new_import, name="new-import"),
    path("underlag/las-in/<uuid:draft_id>/", imports.resume, name="import"),
    path("underlag/las-in/<uuid:draft_id>/svara/", imports.answers, name="import-answers"),
    path("underlag/las-in/<uuid:draft_id>/granska/", imports.look_through, name="import-preview"),
    path("underlag/las-in/<uuid:draft_id>/spara/", imports.load, name="load-import"),
    path("underlag/handelser/", facts.context_events, name="context-events"),
    path("underlag/handelser/ny/", facts.new_context_event, name="new-context-event"),
    path("underlag/<slug:slug>/<int:version>/", facts.dataset, name="dataset"),
    path("underlag/<slug:slug>/<int:version>/rader/", facts.rows, name="dataset-rows"),
    path("underlag/<slug:slug>/<int:version>/dra-tillbaka/", facts.withdraw, name="withdraw-dataset"),
    path("samverkan/", cooperation.hub, name="cooperation"),
    path("invandningar/<uuid:challenge_id>/svara/", insight.answer, name="answer-picture-challenge"),
    path("i-kvall/", tonight.tonight, name="tonight"),
    path("i-kvall/<slug:slug>/skriv/", tonight.write_note, name="write-tonight-note"),
    path("i-kvall/rad/<uuid:note_id>/ta-tillbaka/", tonight.withdraw_note, name="withdraw-tonight-note"),
    path("tackning/", coverage.coverage, name="coverage"),
    path("tackning/<slug:slug>/dagordning/", coverage.put_on_agenda, name="coverage-on-agenda"),
    path("tackning/<slug:slug>/oppet-och-ljus/", coverage.add_control, name="add-control"),
    path("tackning/punkt/<uuid:finding_id>/klar/", coverage.settle_finding, name="settle-coverage"),
    path("tackning/oppet/<uuid:control_id>/avsluta/", coverage.end_control, name="end-control"),
    path("karta/platser.geojson", places.places_layer, name="places-layer"),
    path("karta/<slug:scheme>.geojson", places.areas_layer, name="areas-layer"),
]

urlpatterns = [
    path("", people.home, name="home"),
    path("logga-in/", people.SignIn.as_view(), name="sign-in"),
    path("logga-ut/", people.SignOut.as_view(), name="sign-out"),
    path("konto/", people.account, name="account"),
    path("sprak/", people.language, name="language"),
    path("tillganglighet/", ui.accessibility, name="accessibility"),
    path("sw.js", offline.service_worker, name="service-worker"),
    path("utan-natet/", offline.without_net, name="without-net"),
    path("samsyn.webmanifest", offline.app_manifest, name="app-manifest"),
    path("halsa/", ui.health, name="health"),
    path("api/v1/", api.urls),
    path("<slug:workspace>/", include(workspace_patterns)),
]

handler404 = "samsyn.web.ui.views.not_found"
handler500 = "samsyn.web.ui.views.server_error"
