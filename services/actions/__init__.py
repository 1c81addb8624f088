"""What providers do with their service pages."""

from services.actions.edit import PageExists, StalePage, create_page, update_page
from services.actions.host import save_catalogue_row, save_exchange_rate
from services.actions.input import discard_input, keep_input
from services.actions.publish import pause_page, publish_page
from services.actions.rate import record_job_done, record_outside_review, record_rating, record_response_times

__all__ = [
    "PageExists",
    "StalePage",
    "create_page",
    "discard_input",
    "keep_input",
    "pause_page",
    "publish_page",
    "record_job_done",
    "record_outside_review",
    "record_rating",
    "record_response_times",
    "save_catalogue_row",
    "save_exchange_rate",
    "update_page",
]
