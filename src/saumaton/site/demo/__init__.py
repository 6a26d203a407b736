"""The demo: a company's data goes to the CRM, an order comes back and becomes cash."""
