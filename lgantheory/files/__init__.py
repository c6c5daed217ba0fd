"""Measures from files and solutions into files.

Reading ends in a ``DiscreteMeasure`` or in one line that names the file, the row and the column. Writing ends in a
complete file or in none: whatever was there before stays until the new file is whole.
"""

from lgantheory.files.reading import read_measure, read_pair
from lgantheory.files.writing import require_place, require_writable, write_solution, write_text

__all__ = ["read_measure", "read_pair", "require_place", "require_writable", "write_solution", "write_text"]
