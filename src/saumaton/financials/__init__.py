"""Financials: a small ERP."""
