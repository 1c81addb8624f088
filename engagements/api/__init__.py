"""The API's calls about engagements and reviews."""
