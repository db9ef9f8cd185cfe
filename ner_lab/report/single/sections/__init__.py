"""The sections of the page, each a function of the report's numbers that gives markup."""
