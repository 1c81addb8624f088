"""What members see of their own work: a page, CSV files and API calls as a provider and as a client."""
