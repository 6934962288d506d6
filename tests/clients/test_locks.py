"""The lock files of the clients: versions and hashes, no address that packages come from."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent


def test_the_lock_file_of_the_python_clients_holds_versions_and_hashes_only() -> None:
    """Every package of it has one version and its hashes; the clients are there in the versions that are wanted."""
    text = (FOLDER / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
    assert text.count("--hash=sha256:") >= len(pinned)
    assert {"activecampaign-python==1.0.10 \\", "mcp-activecampaign==0.2.0 \\"} <= set(pinned)


def test_the_lock_file_of_the_npm_client_holds_versions_and_hashes_only() -> None:
    """Every package of it has a version and an integrity, and none says where it is to be fetched."""
    packages = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    (wanted,) = packages.pop("")["dependencies"].items()
    assert wanted == ("active-campaign-api-node", "1.0.1")
    assert packages["node_modules/active-campaign-api-node"]["version"] == "1.0.1"
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert [name for name, package in packages.items() if "resolved" in package] == []
