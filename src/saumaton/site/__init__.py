"""The entrance: settings, addresses and the command line. The only room that knows all others."""
