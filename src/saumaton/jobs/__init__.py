"""Durable jobs and their schedules."""
