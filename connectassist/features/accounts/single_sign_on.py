"""Signing in by way of the provider: there with a sealed attempt, back with a code, in with a token."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, clock, jobs
from connectassist.core.db import db
from connectassist.core.errors import NoAccount, SignInRefused
from connectassist.core.vault import digest
from connectassist.features.accounts import attempts, linking
from connectassist.features.accounts.attempts import Attempt
from connectassist.identity import principal, tokens
from connectassist.identity.models import SpentAttempt, User
from connectassist.identity.provider import Identity, Provider


def begin(provider: Provider, *, target: str, redirect_uri: str) -> tuple[Attempt, str]:
    """A new attempt, and the provider's address to send the browser to. Raises ProviderUnavailable."""
    attempt = attempts.begin(target)
    return attempt, jobs.run_blocking(provider.question, redirect_uri=redirect_uri, state=attempt.state,
                                      nonce=attempt.nonce, verifier=attempt.verifier)


def finish(provider: Provider, attempt: Attempt, *, code: str, redirect_uri: str, address: str) -> tuple[User, str]:
    """Sign in whoever comes back with a code. Returns the account and its token.
    Raises SignInRefused, NoAccount, ProviderUnavailable."""
    _spend(attempt)
    identity = jobs.run_blocking(provider.identify, code=code, redirect_uri=redirect_uri, nonce=attempt.nonce,
                                 verifier=attempt.verifier)
    return _signed_in(identity, provider=provider, address=address)


def _spend(attempt: Attempt) -> None:
    """An attempt counts once, whatever a browser's history or somebody else repeats."""
    db.session.execute(delete(SpentAttempt).where(SpentAttempt.expires_at <= clock.now()))
    db.session.add(SpentAttempt(state_hash=digest(attempt.state), expires_at=attempt.ends))
    _commit("This sign-in has been used already.")


def _signed_in(identity: Identity, *, provider: Provider, address: str) -> tuple[User, str]:
    try:
        user, is_new = linking.account_of(identity)
    except NoAccount as refusal:
        audit.record(principal.nobody(address), "account.sign_in_failed", level="WARNING",
                     message=f"{identity.email or identity.subject} of {provider.name}: {refusal.detail}")
        db.session.commit()
        raise
    by = principal.of_user(user, address=address)
    if is_new:
        audit.record(by, "account.link", f"{user.username} linked with {identity.subject} of {provider.name}")
    audit.record(by, "account.sign_in", f"{user.username} signed in with {provider.name}")
    token, user.last_login_at = tokens.issue(user, address=address), clock.now()
    _commit("Somebody signed in to this account at the same moment.")
    return user, token


def _commit(refusal: str) -> None:
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise SignInRefused(refusal) from error
