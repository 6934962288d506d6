"""A call of activecampaign-python with a key that the account does not know; prints what it raised."""

import json
import os
import sys

from activecampaign.client import Client

client = Client(os.environ["ACTIVECAMPAIGN_URL"], os.environ["ACTIVECAMPAIGN_API_KEY"])
try:
    client.users.retrieve_logged_in_user()
except KeyError as error:
    json.dump({"missing": error.args[0]}, sys.stdout)
