"""Saumaton couples an ERP with its CRM and keeps the records both hold equal."""
