"""The section `telephony` of `config.yaml`: where calls arrive, see `parley.settings`."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from dialogue.yamlfile import Duration, Strict, expected
from parley.values import Address, HostPort, Secret, Text

SipTransport: TypeAlias = Literal["udp", "tcp"]
Codec: TypeAlias = Literal["opus", "g722", "pcmu", "pcma"]


class Registration(Strict):
    """An account on a PBX or at a provider.

    Attributes:
        registrar: its host, with a port where that is not 5060.
        user, password: as the PBX knows them.
        auth_user: login name, where it differs from `user`.
        transport: `udp` or `tcp`.
        expires: the registration's lifetime in seconds.
    """

    registrar: Text
    user: Text
    password: Secret
    auth_user: Text | None = None
    transport: SipTransport = "udp"
    expires: Duration = 300.0


class Port(Strict):
    """A port on which calls arrive, or are asked about."""

    enabled: bool
    listen: HostPort

    def clashes(self, other: Port) -> bool:
        """Whether both are in use and want the same address; port 0 is a free one for each."""
        return self.enabled and other.enabled and self.listen == other.listen and self.listen.port != 0


class Sip(Port):
    """SIP with no PBX, or as an extension of one."""

    enabled: bool = True
    listen: HostPort = Address("0.0.0.0", 5060)  # noqa: S104 - a phone server is there to be reached
    transports: list[SipTransport] = Field(default=["udp", "tcp"], min_length=1)
    codecs: list[Codec] = Field(default=["pcmu", "pcma", "g722", "opus"], min_length=1)
    registration: Registration | None = None


class Browser(Port):
    """The web page that calls from the browser's microphone; `origins` of a proxy in front may call too."""

    enabled: bool = True
    listen: HostPort = Address("127.0.0.1", 8080)
    origins: list[Annotated[str, Field(pattern=r"^https?://[^/\s]+$")]] = Field(default=[])


class WebSocket(Port):
    """Asterisk's chan_websocket."""

    enabled: bool = False
    listen: HostPort = Address("127.0.0.1", 8787)
    path: Annotated[str, Field(pattern=r"^/\S*$")] = "/media"


class AudioSocket(Port):
    """Asterisk's AudioSocket."""

    enabled: bool = False
    listen: HostPort = Address("127.0.0.1", 9092)


class Agi(Port):
    """FastAGI: chooses the flow for a call that Asterisk then sends over a media port."""

    enabled: bool = False
    listen: HostPort = Address("127.0.0.1", 4573)


class Ami(Strict):
    """The Asterisk manager interface: transfers, originated calls, queue events."""

    enabled: bool = False
    address: HostPort = Address("127.0.0.1", 5038)
    username: Text = "parley"
    secret: Secret = Field(default=SecretStr(""), validate_default=True)
    transfer_context: Text = "parley-transfer"

    @field_validator("secret")
    @classmethod
    def _has_a_secret(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("enabled") and not secret.get_secret_value():
            raise expected("the secret of manager.conf, because ami is enabled")
        return secret


class PyVoip(Port):
    """A pure-Python SIP extension (extra `pyvoip`, GPL)."""

    enabled: bool = False
    listen: HostPort = Address("0.0.0.0", 5080)  # noqa: S104 - a phone server is there to be reached
    registration: Registration | None = Field(default=None, validate_default=True)

    @field_validator("registration")
    @classmethod
    def _has_an_account(cls, account: Registration | None, info: ValidationInfo) -> Registration | None:
        if info.data.get("enabled") and account is None:
            raise expected("a registration, because pyvoip is enabled")
        return account


class Telephony(Strict):
    """The ports on which calls arrive."""

    sip: Sip = Sip()
    browser: Browser = Browser()
    websocket: WebSocket = WebSocket()
    audiosocket: AudioSocket = AudioSocket()
    agi: Agi = Agi()
    ami: Ami = Ami()
    pyvoip: PyVoip = PyVoip()

    @field_validator("browser", "websocket", "audiosocket", "agi", "pyvoip")
    @classmethod
    def _no_port_twice(cls, port: Port, info: ValidationInfo) -> Port:
        for name, other in info.data.items():
            if isinstance(other, Port) and other.clashes(port):
                raise expected(f"a port of its own, not {port.listen} as {name} has")
        return port
