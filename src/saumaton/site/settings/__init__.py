"""Django's settings: `shared`, and what Financials and the CRM each add."""
