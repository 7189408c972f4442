"""Pages of places and people."""

from committees.views.bases import base_detail, base_list
from committees.views.directory import person_export, person_list
from committees.views.imports import (
    import_apply,
    import_begin,
    import_columns,
    import_decide,
    import_document,
    import_drop,
    import_go_on,
    import_list,
    import_show,
    import_template,
    import_undo,
)
from committees.views.moves import (
    person_move,
    person_post,
    secretary_change,
    secretary_done,
    service_end,
)
from committees.views.people import person_detail, person_mobile
from committees.views.places import (
    place_detail,
    place_list,
    place_profile,
    place_roster,
    place_words,
)
from committees.views.registers import closure_decide, register_list, register_report

__all__ = [
    "base_detail",
    "base_list",
    "closure_decide",
    "import_apply",
    "import_begin",
    "import_columns",
    "import_decide",
    "import_document",
    "import_drop",
    "import_go_on",
    "import_list",
    "import_show",
    "import_template",
    "import_undo",
    "person_detail",
    "person_export",
    "person_list",
    "person_mobile",
    "person_move",
    "person_post",
    "place_detail",
    "place_list",
    "place_profile",
    "place_roster",
    "place_words",
    "register_list",
    "register_report",
    "secretary_change",
    "secretary_done",
    "service_end",
]
