"""The catalogue of services, the service pages of providers, and search over them."""
