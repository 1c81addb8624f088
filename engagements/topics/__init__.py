"""What the two sides of an engagement, and providers with past clients, are told."""

from engagements.topics.engagements import MY_ENGAGEMENTS
from engagements.topics.past_clients import PAST_CLIENTS
from engagements.topics.reviews import MY_REVIEWS

TOPICS = (MY_ENGAGEMENTS, MY_REVIEWS, PAST_CLIENTS)
