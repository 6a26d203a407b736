"""The grant of an application with a certificate: a signed claim instead of a secret."""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from saumaton.sync.ports import Misconfigured

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
VALID_SECONDS = 600


@dataclass(frozen=True)
class ClientCertificate:
    """Signs a claim for each token; `pem` holds the certificate and its unencrypted RSA key.

    Source: Microsoft identity platform, "Application authentication certificate credentials".
    """

    client_id: str
    pem: bytes = field(repr=False)
    now: Callable[[], float] = time.time

    def form(self, token_url: str) -> Mapping[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_assertion_type": ASSERTION,
            "client_assertion": self._assertion(token_url),
        }

    def _assertion(self, token_url: str) -> str:
        certificate, key = self._read()
        now = int(self.now())
        head = {"alg": "PS256", "typ": "JWT"}
        head["x5t#S256"] = _base64url(certificate.fingerprint(hashes.SHA256()))
        claims = {
            "aud": token_url,
            "iss": self.client_id,
            "sub": self.client_id,
            "jti": str(uuid4()),
            "nbf": now,
            "exp": now + VALID_SECONDS,
        }
        signed = f"{_base64url(orjson.dumps(head))}.{_base64url(orjson.dumps(claims))}"
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256().digest_size)
        return f"{signed}.{_base64url(key.sign(signed.encode(), pss, hashes.SHA256()))}"

    def _read(self) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
        try:
            certificate = x509.load_pem_x509_certificate(self.pem)
            key = serialization.load_pem_private_key(self.pem, password=None)
        except (ValueError, TypeError):
            raise Misconfigured("The file holds no certificate with an unencrypted key.") from None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise Misconfigured("The certificate's key must be an RSA key.")
        return certificate, key


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
