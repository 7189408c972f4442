"""Every list that comes in from outside: what a row may become, what a kind of list has to say.

An app hands an `ImportKind` to `core.registries.import_kinds`; `committees.imports` reads, shows,
applies and undoes it. Which columns there are, what a row means and what it writes is the kind's.
"""
