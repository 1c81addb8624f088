"""What the host of an installation sets without code: name, logo, sender, caps, open or closed sign-up, legal texts."""
