"""Submitted CRM orders become sales orders: read, checked, drafted, created once, and stamped."""
