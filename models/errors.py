"""The base of all errors that are a sentence for the musician."""


class ContinuoError(Exception):
    """Something that the musician can mend; the message says what is wrong and what to do.

    A command of `continuo` that ends with one says the sentence and exits with code 2.
    """
