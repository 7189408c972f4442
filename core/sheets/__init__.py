"""One reading layer for every sheet that an office sends.

`read_workbook(data, fields)` -> Workbook -> Sheet -> Row -> Cell; `map_columns` says which column
is which field; `core.sheets.dates` reads days and times. Every refusal is a SheetRefused with a
sentence. Nothing is imported here before it is needed: the web process never loads the parser.
"""
