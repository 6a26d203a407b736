"""A client for any Dataverse. Knows no Django."""
