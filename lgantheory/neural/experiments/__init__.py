"""The sources' experiments: one file and one YAML file of settings each, found by scanning this folder.

| file | what |
|---|---|
| ``results`` | cells of work that are done once and kept; tables and manifest of a folder |
| ``spreads`` | medians with spreads, sign test, bootstrap: fixed before anybody looks |
| ``problems``, ``published`` | samples that critics are compared on; numbers that others printed for the same |
| ``experiment`` | what an experiment is, the catalogue, the runner |
| the others | one experiment each, with ``EXPERIMENT`` |
"""
