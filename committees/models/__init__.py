from committees.models.base import TrainingBase
from committees.models.people import Affiliation, MemberOrganisation, Person
from committees.models.place import (
    Place,
    PlaceHistory,
    PlaceProfile,
    PlaceQuerySet,
    RegisterEdition,
    WordSet,
)
from committees.models.policy import PolicyValue
from committees.models.reported import ReportedIndicator

__all__ = [
    "Affiliation",
    "MemberOrganisation",
    "Person",
    "Place",
    "PlaceHistory",
    "PlaceProfile",
    "PlaceQuerySet",
    "PolicyValue",
    "RegisterEdition",
    "ReportedIndicator",
    "TrainingBase",
    "WordSet",
]
