"""Signing in with a certificate."""

import base64
import datetime
from urllib.parse import parse_qs

import httpx2
import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from saumaton.dataverse.certificate import ClientCertificate, _base64url
from saumaton.dataverse.client import Client
from saumaton.sync.ports import Misconfigured
from tests.dataverse.organisation import URL

KEY = rsa.generate_private_key(65537, 2048)


def pem(key) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "saumaton")])
    day = datetime.datetime(2026, 1, 1)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day.replace(year=2027))
    shown = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return shown + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_claim_is_signed_for_this_address_and_shows_the_certificate():
    asked = []

    def server(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/token"):
            asked.append(parse_qs(request.content.decode()))
            return httpx2.Response(200, json={"access_token": "granted", "expires_in": 3600})
        assert request.headers["authorization"] == "Bearer granted"
        return httpx2.Response(200, json={"value": []})

    own = pem(KEY)
    grant = ClientCertificate("app", own, now=lambda: 1000.0)
    client = Client(URL, f"{URL}/token", grant, transport=httpx2.MockTransport(server))
    client.get("accounts")
    [form] = asked
    head, claims, signature = form["client_assertion"][0].split(".")
    said = orjson.loads(decoded(claims))
    assert (said["aud"], said["iss"], said["sub"]) == (f"{URL}/token", "app", "app")
    assert (said["nbf"], said["exp"]) == (1000, 1600)
    certificate = x509.load_pem_x509_certificate(own)
    shown = orjson.loads(decoded(head))["x5t#S256"]
    assert shown == _base64url(certificate.fingerprint(hashes.SHA256()))
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    KEY.public_key().verify(decoded(signature), f"{head}.{claims}".encode(), pss, hashes.SHA256())
    assert b"PRIVATE" not in repr(grant).encode()


@pytest.mark.parametrize("bad", [b"", b"nonsense", pem(ec.generate_private_key(ec.SECP256R1()))])
def test_a_file_that_cannot_sign_is_named(bad):
    with pytest.raises(Misconfigured, match="certificate"):
        ClientCertificate("app", bad).form(f"{URL}/token")
