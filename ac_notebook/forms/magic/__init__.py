"""``%activecampaign``: the forms by a word in a cell."""
