"""Files -> Article | SetAside: whatever people have is either read or named, with the reason and the remedy."""

from geo.articles.columns import Columns
from geo.articles.paths import STANDARD_INPUT, read_folder, read_paths
from geo.articles.source import Meter

__all__ = ["STANDARD_INPUT", "Columns", "Meter", "read_folder", "read_paths"]
