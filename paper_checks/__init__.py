"""Every formula, number and table row that the sources print, computed again: ``python -m paper_checks``.

=====================  ==============================================================================================
lgan_slides            slides "Lipschitz Generative Adversarial Nets" (ICML 2019)
lgan_summary           a summary of the LGAN paper, with its abstract
gan_lecture            lecture "Theory behind GAN": minimax game, f-GAN with its two tables, WGAN and its relatives
lgan_abstract          abstract and history of the forerunner, arXiv 1807.00751
stability_talk         talk "Research on the stability of generative adversarial network"
other_sources          what is refuted about the LGAN paper, published code and other papers
poster_and_code        poster and code of the talk, listed among the other sources
printed                what an entry is: place, what is printed, what is right, and what decides it
divergences            divergences of two small measures as balls, and identities that sympy proves
deciding               runs the checks of the entries and the claims of ``verify`` that settle the same numbers
inventory              number -> title of every statement that has a number, those found here included
coverage               which numbers are settled, and by whom
unchecked              numbers that cannot be computed here, each with what would decide it
presentation, latex    tables for the terminal; the sheet of errata
=====================  ==============================================================================================

A source is one module (or folder) here with a ``DOCUMENT``; modules are found by scanning this folder. An entry that is
printed wrongly is expected to be REFUTED, and its right value is checked as well. So is a reading: something false that
the source does not print, but that it may be taken to say. Readings are counted apart and are not on the sheet of
errata. The run fails where a verdict is not the documented one.
"""
