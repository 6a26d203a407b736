"""The windows of the users room."""

from saumaton.users.pages import user

__all__ = ["user"]
