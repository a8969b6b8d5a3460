"""A rule says no, in words for the person who asked."""


class Refusal(Exception):
    """What cannot be done, where, and what to do instead: one sentence, shown as it is.

    ``field`` names the form field or column it belongs to; ``code`` is for scripts.
    """

    def __init__(self, sentence: object, *, field: str | None = None, code: str = "refused") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.code = code

    def __str__(self) -> str:
        return str(self.sentence)


class NotAllowed(Refusal):
    """The person sees the thing but may not do this to it."""
