from committees.models.base import TrainingBase
from committees.models.imports import ImportColumns, ImportDecision, ImportRun, StagedRow
from committees.models.merging import MergeEntry, PersonMerge, TwoPeople
from committees.models.organisation import MemberOrganisation
from committees.models.people import Affiliation, Person
from committees.models.place import (
    Place,
    PlaceHistory,
    PlaceProfile,
    PlaceQuerySet,
    RegisterEdition,
    WordSet,
)
from committees.models.policy import PolicyCheck, PolicyValue
from committees.models.reported import ReportedIndicator
from committees.models.succession import Closure, RegisterChange, Successor

__all__ = [
    "Affiliation",
    "Closure",
    "ImportColumns",
    "ImportDecision",
    "ImportRun",
    "MemberOrganisation",
    "MergeEntry",
    "Person",
    "PersonMerge",
    "Place",
    "PlaceHistory",
    "PlaceProfile",
    "PlaceQuerySet",
    "PolicyCheck",
    "PolicyValue",
    "RegisterChange",
    "RegisterEdition",
    "ReportedIndicator",
    "StagedRow",
    "Successor",
    "TrainingBase",
    "TwoPeople",
    "WordSet",
]
