"""One file a command of `continuo`; each is imported only when it is asked for."""
