"""The API's addresses of the catalogue and of service pages."""

from django.urls import path

from services import api
from services.lists.api import ListedPageView, ListPagesView, ListsView, ListView, ShareListView
from services.saved.api import SavedSearchesView, SavedSearchView
from services.search.api import SuggestionsView
from services.sentence.api import SentenceView

urlpatterns = [
    path("catalogue/", api.CatalogueView.as_view(), name="api-catalogue"),
    path("services/", api.ServicesView.as_view(), name="api-services"),
    path("services/mine/", api.MyPageView.as_view(), name="api-my-page"),
    path("services/<uuid:page_id>/", api.PageView.as_view(), name="api-page"),
    path("services/<uuid:page_id>/publish/", api.PublishPageView.as_view(), name="api-page-publish"),
    path("services/<uuid:page_id>/pause/", api.PausePageView.as_view(), name="api-page-pause"),
    path("suggestions/", SuggestionsView.as_view(), name="api-suggestions"),
    path("sentence/", SentenceView.as_view(), name="api-sentence"),
    path("lists/", ListsView.as_view(), name="api-lists"),
    path("lists/<uuid:list_id>/", ListView.as_view(), name="api-list"),
    path("lists/<uuid:list_id>/pages/", ListPagesView.as_view(), name="api-list-pages"),
    path("lists/<uuid:list_id>/pages/<uuid:page_id>/", ListedPageView.as_view(), name="api-listed-page"),
    path("lists/<uuid:list_id>/share/", ShareListView.as_view(), name="api-list-share"),
    path("saved-searches/", SavedSearchesView.as_view(), name="api-saved-searches"),
    path("saved-searches/<uuid:search_id>/", SavedSearchView.as_view(), name="api-saved-search"),
]
