"""Connecting to Asterisk's manager interface: what listens there greets as it does, or it is not it."""

from __future__ import annotations

import asyncio
import os

from telephony.ami_wire import MAX_BANNER_BYTES, AmiError, banner


async def connect(
    host: str, port: int, *, seconds: float
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that has greeted as Asterisk's manager does.

    Args:
        host: where it listens.
        port: its TCP port.
        seconds: how long it may take to accept the connection, and to greet.

    Raises:
        AmiError: what was expected, and what came.
    """
    at = f"{host}:{port}"
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(host, port, limit=MAX_BANNER_BYTES)
    except TimeoutError:
        raise AmiError(f"{at} did not accept a connection within {seconds:.0f} s") from None
    except OSError as error:
        cause = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise AmiError(f"can't connect to {at}: {cause}") from None
    try:
        async with asyncio.timeout(seconds):
            banner(await reader.readuntil(b"\r\n"))
    except TimeoutError:
        problem = f"expected a greeting within {seconds:.0f} s, got none: is it the manager's port?"
    except asyncio.LimitOverrunError:
        problem = f"expected a greeting of at most {MAX_BANNER_BYTES} bytes: is it the manager's port?"
    except (asyncio.IncompleteReadError, ConnectionError):
        problem = "closed the connection before it greeted (acl or permit in manager.conf?)"
    except AmiError as error:
        problem = str(error)
    except asyncio.CancelledError:
        writer.close()
        raise
    else:
        return reader, writer
    writer.close()
    raise AmiError(f"{at}: {problem}")
