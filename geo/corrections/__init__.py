"""Human decisions on mentions: a log beside the atlas, laid over what the program found when that is read."""

from geo.corrections.decision import Decision, Scope, Verdict, draft, user_entry
from geo.corrections.log import Corrections, History, Record

__all__ = ["Corrections", "Decision", "History", "Record", "Scope", "Verdict", "draft", "user_entry"]
