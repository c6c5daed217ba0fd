"""What the command lines share, and one module per command.

A command ends in one of three ways: a result and its exit status; one line that begins with ``error:`` and status 2; or
status 130 after ctrl-C. A traceback is a bug.
"""
