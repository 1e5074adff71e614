"""The ports on which calls arrive, made from the configuration."""

from __future__ import annotations

from parley.settings import Config
from parley.settings_telephony import Ami, Registration, Telephony
from parley.values import Address
from telephony.agi import AgiTransport
from telephony.ami import ManagerConnection
from telephony.arrivals import Arrivals
from telephony.audiosocket import AudioSocketTransport
from telephony.browser import BrowserTransport
from telephony.line import Transport
from telephony.pacer import Pacer
from telephony.sip import SipAccount, SipTransport
from telephony.websocket import WebSocketTransport


def transports(config: Config) -> list[Transport]:
    """Every transport that is enabled, in the order in which they are started.

    Raises LineError for a setting that a transport refuses.
    """
    ports = config.telephony
    manager = manager_connection(ports.ami)
    made: list[Transport] = [manager] if manager else []
    if ports.sip.enabled:
        made.append(_sip(ports, config.server.max_calls))
    if ports.browser.enabled:
        at = ports.browser.listen
        made.append(BrowserTransport(at.host, at.port, origins=tuple(ports.browser.origins)))
    made += _asterisk(ports, manager)
    if ports.pyvoip.enabled and ports.pyvoip.registration is not None:
        made.append(_pyvoip(ports.pyvoip.listen, ports.pyvoip.registration))
    return made


def _sip(ports: Telephony, max_calls: int) -> SipTransport:
    # One more than are answered, so that the next caller hears words and not a busy tone.
    return SipTransport(
        str(ports.sip.listen),
        transports=ports.sip.transports,
        codecs=ports.sip.codecs,
        account=_account(ports.sip.registration),
        max_calls=max_calls + 2,
    )


def _pyvoip(listen: Address, account: Registration) -> Transport:
    from telephony.pyvoip import PyVoipAccount, PyVoipTransport  # noqa: PLC0415 - an optional extra

    login = PyVoipAccount(account.registrar, account.user, account.password.get_secret_value())
    return PyVoipTransport(str(listen), login)


def _account(registration: Registration | None) -> SipAccount | None:
    if registration is None:
        return None
    return SipAccount(
        user=registration.user,
        domain=registration.registrar,
        password=registration.password.get_secret_value(),
        auth_user=registration.auth_user,
        transport=registration.transport,
        expires=int(registration.expires),
    )


def manager_connection(ami: Ami) -> ManagerConnection | None:
    """The connection to Asterisk's manager interface, `None` if it is not enabled."""
    if not ami.enabled:
        return None
    return ManagerConnection(ami.address.host, ami.address.port, ami.username, ami.secret.get_secret_value())


def _asterisk(ports: Telephony, manager: ManagerConnection | None) -> list[Transport]:
    """Asterisk's ports share what FastAGI learnt about a call and one beat for their audio."""
    redirect = manager.transfers_to(ports.ami.transfer_context) if manager else None
    arrivals = Arrivals(redirect=redirect, show=manager.show if manager else None)
    pacer = Pacer()
    made: list[Transport] = []
    if ports.websocket.enabled:
        at = ports.websocket.listen
        made.append(WebSocketTransport(at.host, at.port, ports.websocket.path, arrivals, pacer=pacer))
    if ports.audiosocket.enabled:
        at = ports.audiosocket.listen
        made.append(AudioSocketTransport(at.host, at.port, arrivals, pacer))
    if ports.agi.enabled:
        at = ports.agi.listen
        media = "websocket" if ports.websocket.enabled else "audiosocket"
        made.append(AgiTransport(at.host, at.port, arrivals, media=media))
    return made
