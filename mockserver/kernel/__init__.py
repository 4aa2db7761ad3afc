"""Values and state that know no vendor and no web.

A thing moves in here only when the third room needs it, unchanged. The kernel
imports the standard library and itself, nothing else.
"""
