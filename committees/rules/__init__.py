"""Types of rules: how a value is typed in, checked, kept and said. No database here."""

from committees.rules.base import Input, Kind, WrongValue
from committees.rules.figures import Bands, Hours, Share, Weights, Whole
from committees.rules.times import Duration, Window, after
from committees.rules.wording import Choice, Parts, Text, YesNo

__all__ = [
    "Bands",
    "Choice",
    "Duration",
    "Hours",
    "Input",
    "Kind",
    "Parts",
    "Share",
    "Text",
    "Weights",
    "Whole",
    "Window",
    "WrongValue",
    "YesNo",
    "after",
]
