"""ActiveCampaign's API over HTTP: the only floor that opens a connection to it. Never pandas."""
