"""Every error a caller can meet: a code, a status and a sentence. Rendered in http/guard.py only."""

from __future__ import annotations

from typing import Any


class AppError(Exception):
    """Base of all. `detail` says more, `details` carries facts, `retry_after` is in seconds."""

    code = "INTERNAL_ERROR"
    status = 500
    sentence = "Something went wrong on the server"

    def __init__(self, sentence: str | None = None, *, detail: str | None = None,
                 retry_after: int | None = None, **details: Any) -> None:
        self.sentence = sentence or type(self).sentence
        self.detail = detail
        self.retry_after = retry_after
        self.details = details
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        super().__init__(self.sentence)


class InternalError(AppError):
    pass


class BadRequest(AppError):
    code, status, sentence = "BAD_REQUEST", 400, "The request can't be understood"


class ValidationFailed(BadRequest):
    code, sentence = "VALIDATION_FAILED", "Some fields are missing or wrong"

    @classmethod
    def of(cls, field: str, why: str) -> ValidationFailed:
        """One field is wrong, told as the reading of bodies tells it."""
        return cls(detail=f"{field}: {why}", fields={field: [why]})


class Unauthorized(AppError):
    code, status, sentence = "UNAUTHORIZED", 401, "Unauthorized"


class WrongCredentials(Unauthorized):
    code, sentence = "INVALID_CREDENTIALS", "Invalid credentials"


class Forbidden(AppError):
    code, status, sentence = "FORBIDDEN", 403, "You may not do this"


class CsrfFailed(Forbidden):
    code, sentence = "CSRF_FAILED", "The page is out of date. Reload it and try again"


class NotFound(AppError):
    code, status, sentence = "NOT_FOUND", 404, "Not found"


class MethodNotAllowed(AppError):
    code, status, sentence = "METHOD_NOT_ALLOWED", 405, "This address doesn't take that method"


class RequestTimeout(AppError):
    code, status, sentence = "REQUEST_TIMEOUT", 408, "The request stood still for too long"


class Conflict(AppError):
    code, status, sentence = "CONFLICT", 409, "This conflicts with what is there"


class Gone(AppError):
    code, status, sentence = "GONE", 410, "This has expired"


class TooLarge(AppError):
    code, status, sentence = "TOO_LARGE", 413, "That is too large"


class UnsupportedMediaType(AppError):
    code, status, sentence = "UNSUPPORTED_MEDIA_TYPE", 415, "That content type isn't understood here"


class RangeNotSatisfiable(AppError):
    code, status, sentence = "RANGE_NOT_SATISFIABLE", 416, "That range isn't in the file"

    def __init__(self, *, size: int = 0) -> None:
        super().__init__()
        self.headers = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}


class UpgradeRequired(BadRequest):
    code, status, sentence = "UPGRADE_REQUIRED", 426, "This address speaks WebSocket only"

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence)
        self.headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}


class RateLimited(AppError):
    code, status, sentence = "RATE_LIMITED", 429, "Too many requests. Wait a little and try again"


class Unavailable(AppError):
    code, status, sentence = "UNAVAILABLE", 503, "This isn't available right now"


class InvalidSupportCode(BadRequest):
    """One answer for wrong, expired, used-up and deactivated codes, so that nothing can be told from it."""

    code, sentence = "INVALID_SUPPORT_CODE", "Invalid or expired support code"


class PayloadMissing(Unavailable):
    code, sentence = "PAYLOAD_MISSING", "There is no download for this platform here yet"


class PdfUnavailable(Unavailable):
    code, sentence = "PDF_UNAVAILABLE", "The PDF can't be made on this server right now"


class InvalidEnrollmentToken(BadRequest):
    code, sentence = "INVALID_ENROLLMENT_TOKEN", "This enrollment token is unknown, used or expired"


class DeviceAlreadyEnrolled(Conflict):
    """The device that is there keeps its secret, and no token was used up."""

    code, sentence = "DEVICE_ALREADY_ENROLLED", "A device with this id is enrolled already"


class ClientBuildMissing(AppError):
    """A server that nothing was built for: 500, as contract 000 has it."""

    code, sentence = "CLIENT_BUILD_MISSING", "Client build not found"


class SessionNotFound(NotFound):
    code, sentence = "SESSION_NOT_FOUND", "Session not found"


class InvitationNotFound(NotFound):
    code, sentence = "INVITATION_NOT_FOUND", "This invitation is over or not yours"


class SessionEnded(Conflict):
    code, sentence = "SESSION_ENDED", "This session has ended"


class HelperNeeded(Conflict):
    code, sentence = "HELPER_NEEDED", "The customer shares from the browser: ask for the helper to control"


class DeviceNotFound(NotFound):
    code, sentence = "DEVICE_NOT_FOUND", "Device not found"


class DeviceOffline(Conflict):
    code, sentence = "DEVICE_OFFLINE", "This device is offline right now"


class TicketNotFound(NotFound):
    code, sentence = "TICKET_NOT_FOUND", "Ticket not found"


class NotYourTicket(Forbidden):
    """Told as 403 to a customer, as contract 004 has it."""

    code, sentence = "TICKET_NOT_OWNED", "This ticket isn't yours"


class CaseNotFound(NotFound):
    code, sentence = "CASE_NOT_FOUND", "Case not found"


class FileUnknown(NotFound):
    """A wrong fileId; like wrong sessionIds they are counted."""

    code, sentence = "FILE_NOT_FOUND", "File not found"


class FileExpired(Gone):
    code, sentence = "FILE_EXPIRED", "This file has expired"


class QuotaExceeded(TooLarge):
    code, sentence = "QUOTA_EXCEEDED", "There is no room left for this file"


class DiskFull(AppError):
    code, status, sentence = "DISK_FULL", 507, "The server's disk is full, so nothing of this file was kept"


class SignInRefused(Forbidden):
    """A sign-in by way of a provider that doesn't hold; `details` repeats the reason, as contract 001 names it."""

    code, sentence = "SIGN_IN_REFUSED", "Signing in did not work. Please start again"

    def __init__(self, why: str = "") -> None:
        super().__init__(detail=why or None, details=why)


class NoAccount(SignInRefused):
    """Somebody known to the provider has no account here that they may use."""

    code, sentence = "NO_ACCOUNT", "There is no account here for you to sign in to"


class ProviderUnavailable(Unavailable):
    code, sentence = "PROVIDER_UNAVAILABLE", "The sign-in provider can't be reached right now"


class VncUnreachable(Unavailable):
    code, sentence = "VNC_UNREACHABLE", "The customer's computer has no VNC connection to show now"


class VncBusy(Conflict):
    code, sentence = "VNC_BUSY", "Another technician is looking at this VNC connection"


class RecordingNotFound(NotFound):
    code, sentence = "RECORDING_NOT_FOUND", "Recording not found"


class RecordingNotReady(Conflict):
    code, sentence = "RECORDING_NOT_READY", "This recording is still being made. Try again in a moment"


class RecordingOver(Conflict):
    code, sentence = "RECORDING_OVER", "This recording is closed"


class ChunkMissing(Conflict):
    """`expected` is the number of the chunk that comes next."""

    code, sentence = "CHUNK_MISSING", "A part of the recording before this one is missing"


class RecordingFull(AppError):
    code, status = "RECORDING_FULL", 507
    sentence = "There is no room left for recordings. Delete old ones or ask your administrator"


class ProposalOver(Conflict):
    code, sentence = "PROPOSAL_OVER", "This proposal was taken up already, or another has come after it"


class DuplicateAccount(BadRequest):
    code, sentence = "DUPLICATE_ACCOUNT", "That user name or e-mail address is taken"


class DuplicateClient(BadRequest):
    code, sentence = "DUPLICATE_CLIENT", "A client of that name exists already"


class ClientNotFound(NotFound):
    code, sentence = "CLIENT_NOT_FOUND", "Client not found"


class ClientOutOfScope(Forbidden):
    """Told as 403, as contract 000 has it."""

    code, sentence = "CLIENT_OUT_OF_SCOPE", "This client is not assigned to you"


class DeviceOutOfScope(Forbidden):
    """Told as 403 to contract 000's clients; to all others such a device does not exist."""

    code, sentence = "DEVICE_OUT_OF_SCOPE", "This device belongs to a client that is not assigned to you"


class ClientInUse(BadRequest):
    """`holds` names what is there of it, such as `devices`."""

    code, sentence = "CLIENT_IN_USE", "This client still has devices. Move or remove them first"


class AlreadyAssigned(BadRequest):
    code, sentence = "ALREADY_ASSIGNED", "This person is assigned to the client already"


class AlreadyLinked(Conflict):
    code, sentence = "ALREADY_LINKED", "This account, or this person, is joined with another one already"


class LastAdmin(BadRequest):
    code, sentence = "LAST_ADMIN", "Somebody must remain who can administer: make another administrator first"


class WrongPassword(BadRequest):
    code, sentence = "WRONG_PASSWORD", "That is not your current password"


class NotTrustedHere(Forbidden):
    code, sentence = "NOT_TRUSTED_HERE", "Only the server's own computer may sign in so, where its operator allows it"


class DeviceSuspended(Forbidden):
    code, sentence = "DEVICE_SUSPENDED", "This device is suspended. Ask whoever runs this service"


class InvalidActivationCode(Unauthorized):
    code, sentence = "INVALID_ACTIVATION_CODE", "The activation code is wrong, used or out of date"


class DeviceNotProvisioned(NotFound):
    code, sentence = "DEVICE_NOT_PROVISIONED", "Nobody has announced a device with this id"


class DeviceAlreadyRegistered(Conflict):
    code, sentence = "DEVICE_ALREADY_REGISTERED", "This device is registered already"


class DeviceIdTaken(Conflict):
    code, sentence = "DEVICE_EXISTS", "There is a device with this id already"


class NotYourDevice(Forbidden):
    code, sentence = "DEVICE_NOT_OWNED", "This device isn't yours"


class NotYourSession(Forbidden):
    code, sentence = "SESSION_NOT_OWNED", "This session isn't yours"


class ActiveSessionExists(Conflict):
    code, sentence = "ACTIVE_SESSION_EXISTS", "This device has an active session already"


class CommandNotFound(NotFound):
    code, sentence = "COMMAND_NOT_FOUND", "There is no such command"


class InvalidClaim(Forbidden):
    code, sentence = "INVALID_CLAIM", "The claim token is wrong, or its time is over"


class CommandCompleted(Conflict):
    code, sentence = "COMMAND_COMPLETED", "This command was completed before"


class CommandDecided(Conflict):
    code, sentence = "COMMAND_DECIDED", "This command was decided on before"


class CommandState(Conflict):
    code, sentence = "COMMAND_STATE", "The command isn't in a state that allows this"


class IdempotencyMismatch(Conflict):
    code, sentence = "IDEMPOTENCY_MISMATCH", "Another command was queued under this idempotency key"


class WrongDeployKey(Forbidden):
    code, sentence = "WRONG_DEPLOY_KEY", "The deploy key is missing or wrong"


class DeploymentRunning(Conflict):
    code, sentence = "DEPLOYMENT_RUNNING", "A deployment is running. Wait until it is over"


class DeploymentFailed(AppError):
    """`step` names what did not work, `git_output` is what git said, `rolled_back` whether all is as it was."""

    code, status, sentence = "DEPLOYMENT_FAILED", 500, "The deployment did not work"


class EventRefused(AppError):
    """A socket event that is not let through; the code is the helper protocol's."""

    code, status, sentence = "BAD_EVENT", 400, "The event can't be understood"


class UnknownEvent(EventRefused):
    code, sentence = "UNKNOWN_EVENT", "There is no such event"


class NotJoined(EventRefused):
    code, sentence = "NOT_JOINED", "Join the session first"


class WrongRole(EventRefused):
    code, sentence = "WRONG_ROLE", "Your side of the session may not send this"


class NotConsented(EventRefused):
    code, status, sentence = "NOT_CONSENTED", 403, "The customer has not allowed this"
