"""The errors that a user can meet. Each message is one sentence: where, what with its value, what to do."""


class DataError(Exception):
    """The data cannot carry what was asked for: a missing column, a bad value, an empty period."""


class NothingToReportError(DataError):
    """The data are sound and hold too little for the page, which is then left out of the report.

    Its message holds no values, so that the report can say it in its language: `NothingToReportError(i18n.mark("…"))`.
    """


class UsageError(Exception):
    """The command or a parameter is wrong: an unknown name, a value of the wrong type."""


class LockedError(Exception):
    """Another run is writing the same report; the message says who holds it."""


class NotMadeError(Exception):
    """An extra of a report cannot be made: a package or a system library is missing, or the file would be too large."""
