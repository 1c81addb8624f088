"""What pages are made of besides templates: the style sheet, icons, avatars, navigation."""
