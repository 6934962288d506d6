"""Rehearsing on the real account, with the user's own addresses: what the contract leaves open is found out there.

==============  ======================================================================================================
``given``       what the user gave, checked
``cast``        who plays which part, and what will be written, in words: pure
``stage``       sending imports, waiting for their end, reading back
``play``        a rehearsal under way, and what it has found so far
``probes``      the questions, each put to the account through the stage; ``values`` those about custom fields,
                ``reading`` those that need no import
``verdicts``    what the answers prove, ``read_verdicts`` those to ``reading``: pure
``rehearse``    the whole, written down before and after; what is learned is kept
``undo``        taking back what was added
``rehearsal``   what a user holds afterwards
==============  ======================================================================================================
"""
