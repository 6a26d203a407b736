"""The embedded CRM, which speaks the Dataverse Web API."""
