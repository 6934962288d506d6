"""Certificates made up for tests, good ones and others."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ac_notebook.remote.trust import strict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

HOST = "acme.api-us1.com"
DAY = timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Authority:
    """Who signs certificates."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, text: str) -> Authority:
        """Return an authority that is signed by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(text)
        return cls(name, key, _signed(name, name, key, key, [x509.BasicConstraints(ca=True, path_length=None)]))

    def trusted(self) -> ssl.SSLContext:
        """Return how the product speaks TLS, with this authority trusted as well."""
        context = strict()
        context.load_verify_locations(cadata=self.certificate.public_bytes(serialization.Encoding.PEM).decode())
        return context

    def file(self, folder: Path) -> Path:
        """Write the authority's certificate into a file, as an organisation hands it out, and return where."""
        path = folder / f"authority-{self.certificate.serial_number}.pem"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def below(self, *, may_sign: bool) -> Authority:
        """Return somebody who has a certificate of this authority, that allows to sign others or does not."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("below")
        extensions = [x509.BasicConstraints(ca=may_sign, path_length=None)]
        return Authority(name, key, _signed(name, self.name, key, self.key, extensions))

    def server(self, folder: Path, *, host: str = HOST, begin: int = -10, end: int = 10) -> ssl.SSLContext:
        """Return how a server speaks TLS that has a certificate of this authority.

        Parameters
        ----------
        host
            Whom it is for.
        begin, end
            Days from now between which it is valid.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        return _context(folder, _signed(_name(host), self.name, key, self.key, [names], begin=begin, end=end), key)

    def odd(self, folder: Path, kind: str) -> ssl.SSLContext:
        """Return how a server speaks TLS that has a certificate of this authority which is no good.

        Parameters
        ----------
        kind
            ``"weak key"``, ``"for users"``, ``"for an address"``, ``"name in the subject only"``.
        """
        names: list[x509.ExtensionType] = [x509.SubjectAlternativeName([x509.DNSName(HOST)])]
        if kind == "for users":
            names.append(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]))
        if kind == "for an address":
            names = [x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])]
        if kind == "name in the subject only":
            names = []
        key: Key = ec.generate_private_key(ec.SECP256R1())
        if kind == "weak key":
            key = rsa.generate_private_key(65_537, 1024)  # noqa: S505 - that it is refused is the test
        return _context(folder, _signed(_name(HOST), self.name, key, self.key, names), key)


def by_itself(folder: Path) -> ssl.SSLContext:
    """Return how a server speaks TLS whose certificate nobody but itself has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    return _context(folder, _signed(_name(HOST), _name(HOST), key, key, [names]), key)


def _signed(
    name: x509.Name, by: x509.Name, key: Key, with_key: Key, extensions: Sequence[x509.ExtensionType], *,
    begin: int = -10, end: int = 10,
) -> x509.Certificate:  # fmt: skip
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begin * DAY)
        .not_valid_after(now + end * DAY)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(with_key, hashes.SHA256())


def _context(folder: Path, certificate: x509.Certificate, key: Key) -> ssl.SSLContext:
    file = folder / f"{certificate.serial_number}.pem"
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(text + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")  # it shows whatever it has
    context.load_cert_chain(file)
    return context
