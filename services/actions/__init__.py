"""What providers do with their service pages."""

from services.actions.edit import PageExists, StalePage, create_page, update_page
from services.actions.host import save_catalogue_row, save_exchange_rate
from services.actions.input import discard_input, keep_input
from services.actions.lists import (
    create_list,
    delete_list,
    keep_page,
    let_page_go,
    move_page,
    remove_page,
    rename_list,
    share_list,
    stop_sharing,
)
from services.actions.publish import pause_page, publish_page
from services.actions.rate import record_job_done, record_outside_review, record_rating, record_response_times
from services.actions.saved_searches import change_search, delete_search, look_at_search, save_search, silence_search

__all__ = [
    "PageExists",
    "StalePage",
    "change_search",
    "create_list",
    "create_page",
    "delete_list",
    "delete_search",
    "discard_input",
    "keep_input",
    "keep_page",
    "let_page_go",
    "look_at_search",
    "move_page",
    "pause_page",
    "publish_page",
    "record_job_done",
    "record_outside_review",
    "record_rating",
    "record_response_times",
    "remove_page",
    "rename_list",
    "save_catalogue_row",
    "save_exchange_rate",
    "save_search",
    "share_list",
    "silence_search",
    "stop_sharing",
    "update_page",
]
