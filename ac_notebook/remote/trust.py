"""Whose certificates are trusted: the machine's authorities, or those of one file. Never what the environment says."""

from __future__ import annotations

import os
import ssl
import stat
import sys
from pathlib import Path

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.harmless import name

_LARGEST_FILE = 4 * 2**20
"""Bytes of a file of authorities; all of the internet's are a twentieth of that."""


def strict(ca_file: str = "") -> ssl.SSLContext:
    """Return how TLS is spoken: 1.2 or newer, certificate and name checked, and no way to switch that off.

    Parameters
    ----------
    ca_file
        PEM file with the authorities that are trusted, and no others; "" for those of the machine. The variables
        ``SSL_CERT_FILE``, ``SSL_CERT_DIR`` and ``SSLKEYLOGFILE`` are not looked at.

    Raises
    ------
    ConfigurationError
        When the file cannot be used.

    Examples
    --------
    >>> context = strict()
    >>> context.check_hostname, context.verify_mode.name, context.minimum_version.name
    (True, 'CERT_REQUIRED', 'TLSv1_2')
    """
    # Not ssl.create_default_context(): that one would write the keys of the session where SSLKEYLOGFILE says.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # The subject's common name is free text, and no name of a host since long (RFC 9525 section 2).
    context.hostname_checks_common_name = False
    if ca_file:
        _trust_file(context, ca_file)
    else:
        _trust_machine(context)
    return context


def _trust_machine(context: ssl.SSLContext) -> None:
    """Trust whom this machine trusts; where it does not say, whom browsers trust (certifi).

    Not ``context.load_default_certs()``: that one trusts whoever ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name.
    """
    if sys.platform == "win32":  # pragma: no cover - the store of Windows
        for store in ("CA", "ROOT"):
            for certificate, encoding, usage in ssl.enum_certificates(store):
                if encoding == "x509_asn" and (usage is True or ssl.Purpose.SERVER_AUTH.oid in usage):
                    context.load_verify_locations(cadata=certificate)
        return
    paths = ssl.get_default_verify_paths()
    file, folder = Path(paths.openssl_cafile), Path(paths.openssl_capath)
    is_file, is_folder = file.is_file(), folder.is_dir() and any(folder.iterdir())
    if is_file or is_folder:
        context.load_verify_locations(cafile=file if is_file else None, capath=folder if is_folder else None)
    else:
        import certifi  # noqa: PLC0415 - httpx brings it along; few machines need it

        context.load_verify_locations(cafile=certifi.where())


def _trust_file(context: ssl.SSLContext, ca_file: str) -> None:
    """Trust whom a file names; it is read once, so that what was looked at is what is used."""
    why = ""
    try:
        with Path(ca_file).open("rb") as file:
            content = file.read(_LARGEST_FILE)
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & stat.S_IWOTH:
                why = f"everybody on this machine can write it (chmod o-w {name(ca_file)})"
        context.load_verify_locations(cadata=content.decode("ascii"))
    except OSError as error:
        why = error.strerror or "it cannot be read"
    except (ssl.SSLError, ValueError):
        why = "it holds no certificates in PEM form"
    if why:
        raise ConfigurationError(
            f"The file of authorities {name(ca_file)} cannot be used: {why}.",
            hint="ca_file= is a PEM file with the certificates of your organisation's authorities; leave it out where "
            "the machine's are right. Nothing was sent.",
        )
