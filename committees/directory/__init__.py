"""The directory of people: what a view asks for, who answers to it, a page of them."""

from committees.directory.asking import FILTERS, Wanted, Who
from committees.directory.finding import people
from committees.directory.pages import Page, page_of

__all__ = ["FILTERS", "Page", "Wanted", "Who", "page_of", "people"]
