"""What a caller may catch. Each class is also the builtin it refines; everything else is a bug and may crash."""

from __future__ import annotations


class GeoError(Exception):
    """Base of all errors raised on purpose. The message says what, where, what was expected and what to do."""


class SettingsError(GeoError, ValueError):
    """A setting is outside its range or names something that is not there."""


class CorpusError(GeoError, OSError):
    """A folder or file of articles cannot be read at all."""


class GazetteerError(GeoError, ValueError):
    """A gazetteer row or file breaks the format."""


class StoreError(GeoError, OSError):
    """The atlas tables are missing, damaged or of another version."""


class StoreBusyError(StoreError):
    """Another process is writing the atlas; what the last finished run wrote can still be read."""


class QuestionError(GeoError, ValueError):
    """A question names what the atlas does not hold, or asks a format for what it cannot say."""


class ExportError(GeoError, OSError):
    """An export cannot be written."""


class WorkerError(GeoError, RuntimeError):
    """A worker process or a cluster could not do its part of the work."""


class CorrectionError(GeoError, ValueError):
    """A correction makes no sense, or cannot be found or written."""


class GeocodingUnavailableError(GeoError, OSError):
    """A geocoding service gave no answer; that says nothing about the place, and is asked again later."""

    retry_after: float | None = None
    """Seconds after which it may be asked again, if it said so."""


class GoldError(GeoError, ValueError):
    """A gold or prediction file breaks the format."""
