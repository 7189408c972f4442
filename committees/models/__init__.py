from committees.models.base import TrainingBase
from committees.models.imports import ImportColumns, ImportDecision, ImportRun, StagedRow
from committees.models.people import Affiliation, MemberOrganisation, Person
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
    "Person",
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
    "WordSet",
]
