"""E-mail over the SMTP server of the settings."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from chassis.base.settings import Settings

TIMEOUT = 20.0
"""Seconds for each answer of the server."""


async def send_mail(settings: Settings, to: str, subject: str, text: str) -> None:
    """Send a message, in a thread. Raises OSError or smtplib.SMTPException if the server does not take it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.smtp_from, to, subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=settings.smtp_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    await asyncio.to_thread(_send, settings, message)


def _send(settings: Settings, message: EmailMessage) -> None:
    assert settings.smtp_host is not None
    kind = smtplib.SMTP_SSL if settings.smtp_security == "tls" else smtplib.SMTP
    with kind(settings.smtp_host, settings.smtp_port, local_hostname="domnaer", timeout=TIMEOUT) as server:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user is not None:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)
