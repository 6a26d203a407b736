"""What couples Financials and the CRM: connection, mappings, couplings, jobs, documents."""
