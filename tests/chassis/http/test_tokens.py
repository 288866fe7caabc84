"""Tokens: only those of the issuer are accepted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

from chassis.access.refusals import (
    SignInNeeded,
    TokenExpired,
    TokenForged,
    TokenNotYetValid,
    TokenOfAnotherAudience,
    TokenOfAnotherIssuer,
    TokenUnreadable,
)
from chassis.access.tokens import Tokens
from chassis.base.settings import Environment, Settings
from domnaer.local.issuer import IssuerRefused, LocalIssuer
from tests.chassis.http.example import OFFICER, RECORD

NOW = 1_800_000_000


def part(value: Any) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def claims(**other: Any) -> dict[str, Any]:
    usual = {
        "iss": "domnaer-local",
        "aud": "domnaer",
        "sub": "officer-rath",
        "name": "Rath Visal",
        "office": "KH-PPT",
        "permissions": [RECORD],
        "reach": {"posts": ["KH-PPT"]},
        "iat": NOW - 10,
        "exp": NOW + 3600,
    }
    return {key: value for key, value in {**usual, **other}.items() if value is not None}


class Ministry:
    """An identity provider with its own key, which signs any claims."""

    def __init__(self, path: Path, key: Any = None, alg: str = "Ed25519") -> None:
        self.key = key or OKPKey.generate_key("Ed25519", auto_kid=True)
        self.alg = alg
        path.write_text(json.dumps({"keys": [self.key.as_dict(private=False)]}))

    def sign(self, payload: dict[str, Any], **header: Any) -> str:
        whole = {"alg": self.alg, "kid": self.key.kid, "typ": "at+jwt", **header}
        registry = JWSRegistry(algorithms=[self.alg], strict_check_header=False)
        return jwt.encode(whole, payload, self.key, algorithms=[self.alg], registry=registry)


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    return tmp_path / "jwks.json"


@pytest.fixture
def ministry(jwks: Path) -> Ministry:
    return Ministry(jwks)


@pytest.fixture
def clock() -> list[float]:
    return [float(NOW)]


@pytest.fixture
def tokens(jwks: Path, ministry: Ministry, clock: list[float]) -> Tokens:
    return Tokens(jwks, "domnaer-local", "domnaer", now=lambda: clock[0])


def test_a_token_holds_caller_permissions_and_reach(ministry: Ministry, tokens: Tokens) -> None:
    caller = tokens.caller(ministry.sign(claims()))

    assert (caller.id, caller.name, caller.office) == ("officer-rath", "Rath Visal", "KH-PPT")
    assert caller.permissions == {RECORD}
    assert caller.reach.posts == {"KH-PPT"}
    assert not caller.reach.national


def test_a_token_signed_with_es256_is_accepted(jwks: Path, clock: list[float]) -> None:
    ministry = Ministry(jwks, ECKey.generate_key("P-256", auto_kid=True), "ES256")
    tokens = Tokens(jwks, "domnaer-local", "domnaer", now=lambda: clock[0])

    assert tokens.caller(ministry.sign(claims())).id == "officer-rath"


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_a_token_signed_with_eddsa_under_its_older_name_is_accepted(jwks: Path, tokens: Tokens) -> None:
    older = Ministry(jwks, alg="EdDSA")

    assert tokens.caller(older.sign(claims())).id == "officer-rath"


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"exp": NOW - 1}, TokenExpired),
        ({"exp": NOW}, TokenExpired),
        ({"aud": "payroll"}, TokenOfAnotherAudience),
        ({"aud": ["payroll", "tax"]}, TokenOfAnotherAudience),
        ({"iss": "somebody-else"}, TokenOfAnotherIssuer),
        ({"nbf": NOW + 600}, TokenNotYetValid),
        ({"iat": NOW + 600}, TokenNotYetValid),
        ({"exp": None}, TokenUnreadable),
        ({"iat": None}, TokenUnreadable),
        ({"sub": None}, TokenUnreadable),
        ({"aud": None}, TokenUnreadable),
        ({"iss": None}, TokenUnreadable),
        ({"exp": "tomorrow"}, TokenUnreadable),
        ({"permissions": None}, TokenUnreadable),
        ({"reach": None}, TokenUnreadable),
        ({"reach": {"everywhere": True}}, TokenUnreadable),
        ({"sub": "Rath Visal"}, TokenUnreadable),
        ({"office": "poipet; DROP"}, TokenUnreadable),
    ],
)
def test_the_refusal_of_a_token_names_the_invalid_claim(
    ministry: Ministry, tokens: Tokens, other: dict[str, Any], refusal: type[SignInNeeded]
) -> None:
    with pytest.raises(refusal) as refused:
        tokens.caller(ministry.sign(claims(**other)))
    assert type(refused.value) is refusal
    assert refused.value.status == 401


def test_a_token_for_several_audiences_is_accepted_if_ours_is_among_them(
    ministry: Ministry, tokens: Tokens
) -> None:
    assert tokens.caller(ministry.sign(claims(aud=["payroll", "domnaer"]))).id == "officer-rath"


def test_an_unsigned_token_is_refused(ministry: Ministry, tokens: Tokens) -> None:
    for alg in ("none", "None", "NONE", ""):
        header = {"alg": alg, "kid": ministry.key.kid, "typ": "at+jwt"}
        for signature in ("", part(b"x")):
            with pytest.raises((TokenForged, TokenUnreadable)):
                tokens.caller(f"{part(header)}.{part(claims())}.{signature}")


def test_a_token_signed_by_hmac_with_the_public_key_as_its_secret_is_refused(
    ministry: Ministry, tokens: Tokens, jwks: Path
) -> None:
    public: dict[str, Any] = ministry.key.as_dict(private=False)
    for secret in (
        json.dumps(public).encode(),
        base64.urlsafe_b64decode(public["x"] + "="),
        jwks.read_bytes(),
    ):
        signed = f"{part({'alg': 'HS256', 'kid': ministry.key.kid, 'typ': 'at+jwt'})}.{part(claims())}"
        signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        with pytest.raises(TokenForged):
            tokens.caller(f"{signed}.{part(signature)}")


def test_a_key_address_in_a_token_is_ignored(tmp_path: Path, ministry: Ministry, tokens: Tokens) -> None:
    thief = Ministry(tmp_path / "theirs.json")
    own = thief.key.as_dict(private=False)
    for header in (
        {"jwk": own},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/key"},
    ):
        for kid in (thief.key.kid, ministry.key.kid):
            with pytest.raises(TokenForged):
                tokens.caller(thief.sign(claims(), kid=kid, **header))
    assert tokens.caller(ministry.sign(claims(), jku="https://evil.example/jwks.json")).id == "officer-rath"


def test_a_token_with_one_changed_letter_is_refused(ministry: Ministry, tokens: Tokens) -> None:
    header, payload, signature = ministry.sign(claims()).split(".")
    more = part(claims(permissions=[RECORD, "registry.worker.search"]))

    for forged in (
        f"{header}.{more}.{signature}",
        f"{header}.{payload}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}",
    ):
        with pytest.raises(TokenForged):
            tokens.caller(forged)


def test_an_identity_token_of_the_same_issuer_is_refused(ministry: Ministry, tokens: Tokens) -> None:
    for kind in ("JWT", "id+jwt", "dpop+jwt", ""):
        with pytest.raises(TokenUnreadable):
            tokens.caller(ministry.sign(claims(), typ=kind))
    assert tokens.caller(ministry.sign(claims(), typ="application/at+jwt")).id == "officer-rath"


@pytest.mark.parametrize(
    "nonsense", ["", "a", "a.b", "a.b.c", "...", "é.é.é", "a.b.c.d.e", "x" * 9_000, "\ud800.b.c"]
)
def test_text_that_is_no_token_is_refused(tokens: Tokens, nonsense: str) -> None:
    with pytest.raises(TokenUnreadable):
        tokens.caller(nonsense)


def test_a_cached_token_is_refused_from_the_second_of_its_expiry(
    ministry: Ministry, tokens: Tokens, clock: list[float]
) -> None:
    token = ministry.sign(claims(exp=NOW + 5))
    tokens.caller(token)

    clock[0] += 4.9
    assert tokens.caller(token).id == "officer-rath"
    clock[0] += 0.2
    with pytest.raises(TokenExpired):
        tokens.caller(token)


def test_a_withdrawn_key_is_refused_after_a_minute(
    jwks: Path, ministry: Ministry, tokens: Tokens, clock: list[float]
) -> None:
    token = ministry.sign(claims())
    tokens.caller(token)
    newer = Ministry(jwks)

    clock[0] += 61
    with pytest.raises(TokenForged):
        tokens.caller(token)
    assert tokens.caller(newer.sign(claims())).id == "officer-rath"


def test_known_keys_stay_valid_while_the_key_file_is_unreadable(
    jwks: Path, ministry: Ministry, tokens: Tokens, clock: list[float]
) -> None:
    tokens.caller(ministry.sign(claims()))
    jwks.write_text('{"keys": [')
    clock[0] += 61

    assert tokens.caller(ministry.sign(claims(name="again"))).name == "again"


def test_the_number_of_cached_tokens_is_limited(jwks: Path, ministry: Ministry, clock: list[float]) -> None:
    tokens = Tokens(jwks, "domnaer-local", "domnaer", remembered=3, now=lambda: clock[0])
    for nth in range(10):
        tokens.caller(ministry.sign(claims(jti=str(nth))))

    assert len(tokens._callers) == 3


def test_a_token_is_verified_once(ministry: Ministry, tokens: Tokens) -> None:
    token = ministry.sign(claims())
    assert tokens.caller(token) is tokens.caller(token)


def test_the_local_issuer_refuses_to_start_in_production(folder: Path, local: Settings) -> None:
    with pytest.raises(IssuerRefused):
        LocalIssuer(folder, [OFFICER], local.model_copy(update={"environment": Environment.PRODUCTION}))
    assert not folder.exists()


def test_the_local_issuers_key_is_readable_for_its_owner_alone_and_outlives_a_restart(
    folder: Path, local: Settings, issuer: LocalIssuer
) -> None:
    token = issuer.token(OFFICER.id)
    LocalIssuer(folder, [OFFICER], local)

    assert stat.S_IMODE(os.stat(folder / "issuer.key.json").st_mode) == 0o600
    assert "d" not in json.loads((folder / "jwks.json").read_text())["keys"][0]
    assert Tokens(local.jwks, local.issuer, local.audience).caller(token).id == OFFICER.id


def test_a_token_of_the_local_issuer_expires_on_time(local: Settings, issuer: LocalIssuer) -> None:
    tokens = Tokens(local.jwks, local.issuer, local.audience)
    with pytest.raises(TokenExpired):
        tokens.caller(issuer.token(OFFICER.id, timedelta(seconds=-5)))
