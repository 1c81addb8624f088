"""Files that members hand to each other: with a request, a proposal or a message."""
