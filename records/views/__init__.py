from records.views.desk import desk, desk_entry, waiting_tile
from records.views.exemptions import exempt
from records.views.lists import backstop_take, hour_export, hour_list, overview, overview_first
from records.views.mine import hours_tile, my_hours, person_hours
from records.views.paper import complete_since_page, paper_classes

__all__ = [
    "backstop_take",
    "complete_since_page",
    "desk",
    "desk_entry",
    "exempt",
    "hour_export",
    "hour_list",
    "hours_tile",
    "my_hours",
    "overview",
    "overview_first",
    "paper_classes",
    "person_hours",
    "waiting_tile",
]
