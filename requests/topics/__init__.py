"""What clients and providers are told about requests and proposals.

Where two topics tell the same member of one event, the first counts: whoever made a proposal hears what became of it,
not only that the request was closed.
"""

from requests.topics import leads, my_requests, outcomes, received

TOPICS = (*outcomes.TOPICS, *received.TOPICS, *leads.TOPICS, *my_requests.TOPICS)
