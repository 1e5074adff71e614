"""The manager interface among the server's ports."""

from __future__ import annotations

import socket

from parley.cli.check import _manager_warnings
from parley.config import load_config
from parley.ports import transports
from telephony.ami import ManagerConnection
from tests.telephony.fake_manager import SECRET, fake_manager
from tests.telephony.peers import Handler

ASTERISK = {
    "PARLEY__TELEPHONY__SIP__ENABLED": "false",
    "PARLEY__TELEPHONY__BROWSER__ENABLED": "false",
    "PARLEY__TELEPHONY__WEBSOCKET__ENABLED": "true",
    "PARLEY__TELEPHONY__WEBSOCKET__LISTEN": "127.0.0.1:0",
    "PARLEY__TELEPHONY__AMI__SECRET": SECRET,
}


def with_manager(port: int) -> dict[str, str]:
    return ASTERISK | {
        "PARLEY__TELEPHONY__AMI__ENABLED": "true",
        "PARLEY__TELEPHONY__AMI__ADDRESS": f"127.0.0.1:{port}",
    }


async def test_the_manager_is_connected_first_and_only_where_it_is_enabled() -> None:
    async with fake_manager() as manager:
        ports = transports(load_config(None, with_manager(manager.port)))
        assert [port.name for port in ports] == ["asterisk-ami", "asterisk-websocket"]
        for port in ports:
            await port.start(Handler())
        assert isinstance(ports[0], ManagerConnection)
        assert ports[0].connected
        for port in ports:
            await port.stop()
    assert [port.name for port in transports(load_config(None, ASTERISK))] == ["asterisk-websocket"]


def test_check_warns_of_a_manager_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (warning,) = _manager_warnings(load_config(None, with_manager(port)))
    assert warning == f"telephony.ami: can't connect to 127.0.0.1:{port}: Connection refused"
    assert _manager_warnings(load_config(None, ASTERISK)) == []
