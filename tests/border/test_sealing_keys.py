"""The file of the sealing keys: a new key is put first, only its owner can read it, and a damaged file stops the start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc.jwk import ECKey, RSAKey

from chassis.base.settings import Settings
from chassis.service import Role, RunningService
from domnaer.demo.accounts import demo_people
from domnaer.local.offline_booth import DEVICE, register_booth
from services.border.main import service
from services.border.offline.sealing import SealingKeys, SealingKeysInvalid, add_sealing_key
from tests.border.offline_booth import Booth, running_offline_post

pytestmark = pytest.mark.asyncio(loop_scope="session")


def jwks(*keys: Any) -> bytes:
    return orjson.dumps({"keys": [each.as_dict(private=each.is_private) for each in keys]})


async def test_a_new_key_is_the_current_one_and_the_others_stay_behind_it(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "sealing-keys.json"
    first, second = add_sealing_key(file), add_sealing_key(file)
    assert [each["kid"] for each in orjson.loads(file.read_bytes())["keys"]] == [second, first]
    assert SealingKeys(file).public["kid"] == second
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]


async def test_the_public_part_shows_nothing_of_the_private_key(tmp_path: Path) -> None:
    add_sealing_key(tmp_path / "keys.json")
    assert set(SealingKeys(tmp_path / "keys.json").public) == {"kty", "n", "e", "kid", "use", "alg"}
    key = ECKey.generate_key("P-256")
    (tmp_path / "ec.json").write_bytes(jwks(key))
    assert set(SealingKeys(tmp_path / "ec.json").public) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


async def test_a_weak_or_a_public_key_is_refused_and_the_file_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    public = RSAKey.import_key(RSAKey.generate_key(3072).as_dict(private=False))
    for content in (
        jwks(RSAKey.generate_key(2048)),
        jwks(ECKey.generate_key("P-384")),
        jwks(public),
        jwks(),
        b"{}",
        b"half",
    ):
        file.write_bytes(content)
        with pytest.raises(SealingKeysInvalid):
            SealingKeys(file).load()
        with pytest.raises(SealingKeysInvalid):
            add_sealing_key(file)
        assert file.read_bytes() == content


async def test_a_border_whose_file_is_missing_or_damaged_does_not_start(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    with_keys = settings.model_copy(update={"sealing_keys": file})
    for content in (None, b"half"):
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(SealingKeysInvalid, match=r"keys"):
            async with RunningService(service, with_keys, Role.API):
                pass


async def test_the_command_makes_a_key_and_shows_its_id_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    command = [sys.executable, "-m", "domnaer", "sealing-key", str(file)]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ}, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    (key,) = orjson.loads(file.read_bytes())["keys"]
    assert key["kid"] in done.stdout + done.stderr
    assert key["d"] not in done.stdout + done.stderr
    file.write_bytes(b"half")
    refused = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ}, timeout=120, check=False
    )
    assert refused.returncode == 1
    assert "JWK set" in refused.stdout + refused.stderr


async def test_the_booth_of_one_machine_has_a_code_until_it_is_enrolled(
    settings: Settings, tmp_path: Path
) -> None:
    async with running_offline_post(settings, tmp_path) as post:
        assert post.running is not None
        await post.runtime.pool.execute("DELETE FROM devices WHERE device = $1", DEVICE)
        first = await register_booth([post.running], demo_people())
        second = await register_booth([post.running], demo_people())
        assert first and second and first != second
        booth = Booth(post, DEVICE)
        enrolment = {"code": second, "public_key": booth.public}
        assert (await post.script("enrolment", enrolment)).status_code == 201
        assert await register_booth([post.running], demo_people()) is None
        await booth.take_grant()
        answer = await booth.upload(await booth.capture())
        assert answer["records"][0]["outcome"] == "recorded"
