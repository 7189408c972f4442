"""Errors that carry a sentence for the person at the desk."""


class DomainError(Exception):
    """A rule said no.

    `message` is a translated sentence that says what is wrong and what is allowed; `field` names
    the form field it belongs to (empty: the whole form); `code` is stable, for the API and tests.
    """

    code = "refused"

    def __init__(self, message: str, *, field: str = "", code: str = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)
