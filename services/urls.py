"""Addresses of the service pages. ``services.addresses.RESERVED`` holds their first parts."""

from django.urls import path, re_path

from services.views import guide, lists, page, saved, search, sitemap, suggest

app_name = "services"

urlpatterns = [
    path("services/", search.search_page, name="search"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemaps/site.xml", sitemap.site, name="sitemap_site"),
    path("sitemaps/pages-<uuid:first>.xml", sitemap.pages, name="sitemap_pages"),
    path("services/suggest/", suggest.suggestions, name="suggestions"),
    path("services/new/", guide.new, name="new"),
    path("services/mine/", guide.mine, name="mine"),
    path("services/mine/publish/", guide.publish, name="publish"),
    path("services/mine/pause/", guide.pause, name="pause"),
    path("services/mine/<slug:key>/", guide.step, name="step"),
    path("services/<slug:slug>/", page.public_page, name="page"),
    path("lists/", lists.mine, name="lists"),
    path("lists/keep/", lists.keep, name="keep"),
    path("lists/<uuid:list_id>/", lists.show, name="list"),
    *(
        path(f"lists/<uuid:list_id>/{verb}/", lists.act, {"verb": verb}, name=f"{verb}_list")
        for verb in ("rename", "delete", "share", "unshare")
    ),
    path("lists/<uuid:list_id>/pages/<uuid:page_id>/", lists.change, name="listed_page"),
    re_path(r"^lists/(?P<token>[\w-]{43})/$", lists.shared, name="shared_list"),
    path("saved/", saved.saved, name="saved"),
    path("saved/new/", saved.new, name="save_search"),
    path("saved/<uuid:search_id>/", saved.open_search, name="saved_search"),
    path("saved/<uuid:search_id>/change/", saved.change, name="change_saved_search"),
    path("saved/<uuid:search_id>/delete/", saved.delete, name="delete_saved_search"),
]
