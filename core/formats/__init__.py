"""Date and number formats of the house, by language (settings.FORMAT_MODULE_PATH)."""
