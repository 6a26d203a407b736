"""How records are kept alike: pure, standard library only."""
