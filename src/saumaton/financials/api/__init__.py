"""API v2.0: the ERP's records for other programs, over OData."""
