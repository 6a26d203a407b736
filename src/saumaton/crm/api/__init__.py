"""The Dataverse Web API: bytes in, bytes out, no web frame."""
