"""The studio: a page in the browser, its server in a process of its own, and what links both."""
