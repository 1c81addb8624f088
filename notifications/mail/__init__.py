"""Mail: how it is written, and how it leaves through a server that may be down.

A delivery is claimed, sent and marked. A worker or a connection that dies between the mail's last byte and the mark
leaves one mail of which nobody knows whether it left; it is sent again, after a worker once the claim is stale. So a
mail comes at least once, twice only then, and with the same Message-ID, by which mailboxes recognise it.
"""
