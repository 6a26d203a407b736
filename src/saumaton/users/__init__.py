"""People, their permission sets and their web service access keys."""
