"""An ActiveCampaign account that lives on this machine: loopback only, strict, and with the service's limits.

It shares no code with the client: a fake that agrees with the client's mistakes would hide them. Where the service's
behaviour is unknown or contradictory, it takes the harsher reading; those choices are `Quirks`.
"""

from .box import Sandbox
from .quirks import Quirks
from .sample import sample_customers
from .served import ServedSandbox, start
from .server import serve

__all__ = ["Quirks", "Sandbox", "ServedSandbox", "sample_customers", "serve", "start"]
