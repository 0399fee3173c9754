"""The exception tree: every failure a user can meet is one sentence and the next command to try.

AlsvoiceError
├── UsageError              the call itself makes no sense (exit status 2)
├── InputError              a file or text that was given cannot be used
│   └── FormatError         ... at a known line or JSON path
│       └── NewerFormatError    ... written by a newer alsvoice
├── NotFoundError           no such session, utterance, speaker, template, device
├── LibraryError            a session folder is damaged, held or cannot be written
│   └── ConflictError       ... somebody else changed it since it was looked at
├── NoSpaceError            the disk is full
├── ModelError              a model is missing or cannot be used
│   ├── ModelMissingError   ... it has not been pulled
│   ├── ModelHashError      ... its content is not what the manifest says
│   └── NetworkError        ... no source of it could be reached
├── DeviceError             no microphone, no PortAudio
└── MissingExtraError       a feature needs `pip install alsvoice[NAME]`
Cancelled                   the user stopped a run; what was finished is kept
"""

__all__ = [
    "AlsvoiceError",
    "Cancelled",
    "ConflictError",
    "DeviceError",
    "FormatError",
    "InputError",
    "LibraryError",
    "MissingExtraError",
    "ModelError",
    "ModelHashError",
    "ModelMissingError",
    "NetworkError",
    "NewerFormatError",
    "NoSpaceError",
    "NotFoundError",
    "UsageError",
    "lacks_memory",
]

_NO_MEMORY = (
    "bad_alloc",
    "bad allocation",
    "allocate memory",
    "failed to map segment",
    "start new thread",
)


class AlsvoiceError(Exception):
    """A failure told in one sentence, with the next command to try."""

    exit_status = 1

    def __init__(self, sentence: str, *, try_next: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.try_next = try_next

    def __str__(self) -> str:
        return f"{self.sentence} Try: {self.try_next}"


class UsageError(AlsvoiceError):
    """The call itself makes no sense."""

    exit_status = 2


class InputError(AlsvoiceError):
    """A file or text that was given cannot be used."""


class FormatError(InputError):
    """A file of a known format breaks its rules at a known place."""

    def __init__(
        self, sentence: str, *, where: str, try_next: str = "check the file at that place"
    ) -> None:
        end = "" if sentence.endswith((".", "?", "…")) else "."
        super().__init__(f"{where}: {sentence}{end}", try_next=try_next)
        self.where = where


class NewerFormatError(FormatError):
    """A file of ours was written by a newer version; nothing is wrong with it."""


class NotFoundError(AlsvoiceError):
    """Something named by the user does not exist."""


class LibraryError(AlsvoiceError):
    """A session folder is damaged, held by another process or cannot be written."""


class ConflictError(LibraryError):
    """What a change was made on is not there any more: somebody else changed it meanwhile."""


class NoSpaceError(AlsvoiceError):
    """The disk is full; what was there before is untouched."""


class ModelError(AlsvoiceError):
    """A model cannot be used."""


class ModelMissingError(ModelError):
    """A model has not been pulled yet."""


class ModelHashError(ModelError):
    """A model's bytes are not those that the manifest names."""


class NetworkError(ModelError):
    """No source of a model could be reached."""


class DeviceError(AlsvoiceError):
    """No microphone can be opened."""


class MissingExtraError(AlsvoiceError):
    """A feature needs an optional dependency."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the extra [{extra}], which is not installed.",
            try_next=f"pip install 'alsvoice[{extra}]'",
        )


def lacks_memory(problem: BaseException) -> bool:
    """Whether a failure is for want of memory, which libraries in C++ say in words of their own."""
    return isinstance(problem, MemoryError) or any(word in str(problem) for word in _NO_MEMORY)


class Cancelled(Exception):  # noqa: N818 - it is no error: the user asked for it
    """The user stopped a run; every finished stage is kept."""
