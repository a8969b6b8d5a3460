"""How Xiaoguan looks: the frame of every page, the components ({% load xg %}), formats of figures and dates.

Knows nothing of the business: it is given values and shows them. The living style page is at /ui/.
"""
