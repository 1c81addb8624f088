"""Lists of pages: what they show, and the API's calls about them."""
