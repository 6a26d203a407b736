"""OData text and shapes: pure, standard library only."""
