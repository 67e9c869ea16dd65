"""Files -> Article | SetAside: every file of a folder is either read or named."""

from geo.articles.folder import read_folder

__all__ = ["read_folder"]
