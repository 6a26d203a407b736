"""`python -m saumaton.site VERB`, for whom the script is not on the path."""

from saumaton.site.cli import main

main()
