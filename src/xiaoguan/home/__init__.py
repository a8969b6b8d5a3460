"""Where people land after signing in: a home for each kind of work. Reads only; hears nothing, announces nothing.

A home says in a sentence what today means, then what needs the person, then his figures. Figures are made the way
``analysis`` makes them; what needs somebody comes from queries of the rooms that own the records.
"""
