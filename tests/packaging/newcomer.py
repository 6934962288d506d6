"""What somebody does first with the package installed; run by the Python of an environment that has nothing else."""

from __future__ import annotations

import json
import sys

from IPython.core.interactiveshell import InteractiveShell

import ac_notebook as ac

sandbox = ac.sandbox.start(speed=600)
customers = ac.sandbox.sample_customers(n=60, seed=3)
mapping = customers.activecampaign.suggest_mapping(sandbox.connection)
export = ac.Export("First", connection=sandbox.connection, list="Newsletter", mapping=mapping)
report = customers.activecampaign.export(export)
form = customers.activecampaign.form(export, language="sv")
shell = InteractiveShell.instance()
shell.run_cell("%load_ext ac_notebook")

print(  # noqa: T201 - what the test reads
    json.dumps(
        {
            "from": ac.__file__,
            "path": sys.path,
            "rows": int(report.counts.sum()),
            "there": len(sandbox.contacts()),
            "imported": int(report.counts["imported"]),
            "button": form.buttons.save.description,
            "magic": "activecampaign" in shell.magics_manager.magics["line"],
        }
    )
)
sandbox.stop()
