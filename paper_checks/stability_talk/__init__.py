"""Talk "Research on the stability of generative adversarial network" (Zubkov, Filatov; MIPT, 20 August 2020).

========  ==================================================
theorems  descent, smoothness, the regularity conditions
methods   the table of methods, and Algorithm 1
results   training set, table of results, conclusion
========  ==================================================
"""

from paper_checks.printed import Document
from paper_checks.stability_talk.methods import METHODS
from paper_checks.stability_talk.results import RESULTS
from paper_checks.stability_talk.theorems import THEOREMS

ENTRIES = (*THEOREMS, *METHODS, *RESULTS)
DOCUMENT = Document("stability_talk", 'Talk "Research on the stability of generative adversarial network"', ENTRIES)
