"""Every error the coach raises on purpose, by who has to act on it.

    AssistantError
    ├── ConfigError      the operator acts: a setting, a port, the Python version, the weights
    ├── KnowledgeError   the editor acts: a file under knowledge/, with its key and line
    ├── InputError       the user (or calling program) acts: a message or a fact we cannot take
    ├── UpstreamError    a provider failed; `retryable` says whether trying again can help, `partial` that a part came
    └── BudgetError      the user waits

Foreign errors are mapped to these at the edge that met them.
"""


class AssistantError(Exception):
    """Base of all errors meant to be shown: says what happened, with which value, and what to do."""


class ConfigError(AssistantError):
    """The operator has to change a setting or the installation."""


class KnowledgeError(AssistantError):
    """A file under knowledge/ is wrong; the message names file, line, what, and what to do."""


class InputError(AssistantError):
    """What came in cannot be taken; nothing was stored and the conversation is as it was.

    `field` names the part at fault, such as `facts.evals`; empty where that is the whole.
    """

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class UpstreamError(AssistantError):
    """A provider failed."""

    def __init__(self, message: str, *, retryable: bool, partial: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.partial = partial


class BudgetError(AssistantError):
    """A limit was reached; the message says when to try again, and so does `seconds` where that is known."""

    def __init__(self, message: str, *, seconds: int | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds
