"""The figures of the sources and ours, each drawn from the project's own solutions: ``python -m figures``.

One file each: what it draws, after which source figure, the data it plots, and how. Figures compute nothing new: they
call the library, or read stored results, and what they plot is written beside the picture as csv.

=================  ===================================================================================================
``figure``         the contract: tables first, then a picture of tables alone
``style``          colours, widths and the style sheet; real and fake look the same everywhere
``catalogue``      finds the figures of this folder
``drawing``        draws what changed, with digests beside the files
``digests``        what a figure depends on: its code, the code it imports, stored results, options
``sources``        the sources' figures with ours beside, as a table
``curves``         lines for the series of a table, titles of panels
``fields``         values and arrows of a discriminator over the plane, which many figures share
=================  ===================================================================================================
"""
