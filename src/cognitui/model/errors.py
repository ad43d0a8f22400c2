"""Exception tree: each leaf has a cause, a fix and an exit code.

CognituiError                        1  internal error
├── SaveFailed                       1  the disk is full, read-only or broken; nothing was changed
├── UsageError                       2  wrong usage
│   ├── ProfileFileError             2  the profile file has an error
│   │   ├── ProfileFileUnsafe        2  others own it or can write to it
│   │   └── ProfileConflict          2  it changed on disk
│   ├── ProfileNotFound              2
│   ├── AmbiguousProfile             2
│   ├── FlowUnsupported              2  this version cannot sign in with the flow
│   ├── PasskeyNeeded                2  a terminal has no authenticator
│   ├── RedirectUnavailable          2  the port of the redirect URI is in use
│   ├── AwsCredentialsUnusable       2  none to sign an admin call with
│   ├── Boto3TooOld                  2  the installed boto3 does not know a signed call
│   ├── SecretSourceUnusable         2  the source of a secret has none that can be used
│   ├── ClipboardUnavailable         2  no clipboard can be reached
│   ├── CommandNotRun              126  `exec` cannot run it (the exit code that shells use)
│   ├── CommandNotFound            127  `exec` finds no such program (the exit code that shells use)
│   └── BadToken                     2  not a token
├── PersonNeeded                     3  input required
│   ├── ChallengePending             3  a challenge needs an answer
│   ├── ConsentNeeded                3  a protected environment
│   └── Declined                     3  the user declined
├── Refused                          4  Cognito refused
│   ├── WrongCredentials             4  wrong password or unknown user
│   ├── NotAuthorized                4  for a reason that the error table does not list
│   ├── SignInBlocked                4  threat protection
│   ├── UserNotFound                 4
│   ├── UserDisabled                 4
│   ├── UserNotConfirmed             4
│   ├── PasswordResetRequired        4
│   ├── TemporaryPasswordExpired     4
│   ├── AttemptsExceeded             4
│   ├── LimitReached                 5  an hourly or daily limit, or a quota
│   ├── ClientSecretMissing          4  the app client has one, and none was sent
│   ├── ClientSecretWrong            4
│   │   └── SourcedSecretWrong       4  the one in Secrets Manager, though it was read again
│   ├── ClientSecretUnwanted         4  the app client has none, and one was sent
│   ├── FlowNotEnabled               4
│   ├── SessionExpired               4
│   ├── RefreshTokenDead             4  expired, revoked or used by another program
│   │   └── RefreshTokenSpent        4  Cognito says that it has expired or was used
│   ├── SessionNotFound              4  the user has no such session
│   ├── NewPasswordRejected          4
│   ├── CodeWrong                    4
│   ├── AliasTaken                   4  another user has the address or number
│   ├── InputRejected                4  a value that Cognito does not accept
│   ├── MfaNotSetUp                  4
│   ├── DeviceUnknown                4  the pool no longer knows this machine
│   ├── TokenRefused                 4  Cognito no longer accepts an access or ID token
│   ├── ScopeMissing                 4  the access token lacks a scope
│   ├── ScopeNotAllowed              4  the app client may not request a scope of the profile
│   ├── BrowserSignInDenied          4  the browser came back without a code
│   ├── IdentityPoolRefused          4  the identity pool does not know the user pool or the client
│   ├── PermissionMissing            4  IAM does not allow an admin call
│   ├── PoolOrClientNotFound         4
│   ├── BlockedByFirewall            4
│   ├── TriggerRefused               4  a Lambda trigger's own message
│   ├── PoolMisconfigured            4
│   ├── NotInThisPool                4  not part of the pool's plan or settings
│   │   ├── SessionsNotTracked       4  the pool keeps no list of sessions
│   │   └── OperationUnknown         4  the server does not know the operation
│   ├── LevelNotReached              4  the sign-in has a lower authentication level, or is older, than was wanted
│   ├── LevelAlreadyReached          4  a step-up for a level that the token has
│   ├── VerificationFailed           4  the signature or a claim is wrong
│   └── NotAsExpected                4  not what the profile's API expects
├── Unreachable                      5  no network, or the service does not answer
│   ├── ServiceFault                 5  not a proper answer: 5xx, HTML
│   │   └── AnswerLost               5  cut off or endless: the call may have been carried out
│   └── Throttled                    5
└── SecretStoreError                 6  the secret store failed
    ├── NoKeyring                    6  none that is safe to use
    ├── KeyringLocked                6
    ├── KeyringTimeout               6
    └── SecretTooLarge               6

No error text holds a secret; text from outside is made inert first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from cognitui.model.challenge import Challenge
    from cognitui.model.profile import Profile, ProfileError


class CognituiError(Exception):
    """Root of all errors; `str()` is the cause.

    Attributes:
        cause: One sentence: what happened, and where.
        fix: One sentence: what to do now.
        remedy: The id of the action that does the fix (see `tui/actions/registry.py`), or empty.
        about: The id of the profile that it is about, if that is another than the requested one; or empty.
    """

    exit_code: ClassVar[int] = 1
    title: ClassVar[str] = "Something went wrong"
    default_fix: ClassVar[str] = ""
    remedy: ClassVar[str] = ""

    def __init__(self, cause: str, *, fix: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.fix = fix or self.default_fix
        self.about = ""


class SaveFailed(CognituiError):
    """A file could not be written; the old content is unchanged."""

    title = "Not saved"
    default_fix = "Free some space or fix the permissions, then save again."


class UsageError(CognituiError):
    """The request cannot be carried out as it is."""

    exit_code = 2
    title = "Not possible"


class ProfileFileError(UsageError):
    """The profile file, or an entry in it, has an error."""

    title = "The profile file has an error"
    default_fix = "Fix it: cognitui profile edit opens the file at the error."

    def __init__(self, cause: str, *, fix: str = "", errors: tuple[ProfileError, ...] = ()) -> None:
        super().__init__(cause, fix=fix)
        self.errors = errors


class ProfileFileUnsafe(ProfileFileError):
    """A file or its folder belongs to another user or is writable by others, or its lock is a symbolic link."""

    title = "Unsafe file"


class ProfileConflict(ProfileFileError):
    """The profile changed on disk since it was read."""

    title = "Changed on disk"
    default_fix = "Check the new values, then make your change again."


class ProfileNotFound(UsageError):
    """No profile has that name."""

    title = "No such profile"


class AmbiguousProfile(UsageError):
    """Several environments have a profile of that name."""

    title = "Several profiles have that name"


class FlowUnsupported(UsageError):
    """This version cannot sign in with the flow."""

    title = "Flow not available"
    default_fix = "Update cognitui, or use another flow in this profile."
    remedy = "edit_profile"


class PasskeyNeeded(UsageError):
    """Cognito asks for a passkey, and a terminal has no authenticator."""

    title = "Passkey needed"
    default_fix = 'Use the passkey in the browser: set flow = "authorization_code" in the profile.'
    remedy = "edit_profile"


class RedirectUnavailable(UsageError):
    """The port of the redirect URI is in use or may not be opened."""

    title = "Cannot wait for the browser"
    default_fix = "Stop the program that uses the port, or paste the address that the browser ends on."


class AwsCredentialsUnusable(UsageError):
    """There are no AWS credentials to sign an admin call with."""

    title = "No AWS credentials"
    default_fix = "Check aws_profile in the profile and the files in ~/.aws."
    remedy = "edit_profile"


class Boto3TooOld(UsageError):
    """The installed boto3 does not know an operation that must be signed."""

    title = "boto3 is too old"
    default_fix = "Run: pip install -U boto3 (installed by pipx: pipx runpip cognitui install -U boto3)."


class SecretSourceUnusable(UsageError):
    """There is no such secret in the source that the profile names, or it is of another form."""

    title = "Secret source not usable"
    default_fix = "Check client_secret_from in the profile."
    remedy = "edit_profile"


class ClipboardUnavailable(UsageError):
    """No native clipboard, no tmux and no terminal with OSC 52."""

    title = "Not copied"


class CommandNotRun(UsageError):
    """The command is not a program, or may not be run."""

    exit_code = 126
    title = "Cannot run the command"
    default_fix = "Check that it is a program and is executable; a script needs a first line such as #!/bin/sh."


class CommandNotFound(UsageError):
    """There is no such command."""

    exit_code = 127
    title = "No such command"
    default_fix = "Check the name and your PATH."


class BadToken(UsageError):
    """The text is not a token."""

    title = "Not a token"


class PersonNeeded(CognituiError):
    """A prompt or a confirmation is needed, and nobody can answer it."""

    exit_code = 3
    title = "Input required"


class ChallengePending(PersonNeeded):
    """A challenge needs an answer; `challenge` says which one."""

    default_fix = "Run the command in a terminal, or sign in from the TUI."

    def __init__(self, challenge: Challenge) -> None:
        # Some titles already say it.
        is_in_title = challenge.title.casefold() == f"{challenge.needs} needed"
        title = "" if is_in_title else f"{challenge.title}: "
        why = f"{challenge.remark} " if challenge.remark else ""
        is_or_are = "are" if " and " in challenge.needs else "is"
        super().__init__(f"{why}{challenge.profile.id}: {title}{challenge.needs} {is_or_are} needed.")
        self.challenge = challenge


class ConsentNeeded(PersonNeeded):
    """The environment is protected, and the request was not confirmed."""

    title = "Protected environment"

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            f"{profile.why_protected} is protected: a token of {profile.id} is only handed out after confirmation.",
            fix="Confirm the question in a terminal, or add --yes.",
        )


class Declined(PersonNeeded):
    """The user declined; nothing was done that needed the confirmation."""

    title = "Not done"


class Refused(CognituiError):
    """Cognito refused, for a reason that the error table does not list."""

    exit_code = 4
    title = "Cognito refused"
    default_fix = "Ask the pool's admin what Cognito's message means."


class WrongCredentials(Refused):
    """Wrong password or unknown user; Cognito does not say which."""

    title = "Wrong username or password"
    default_fix = "Sign in again and type the password, or check the username."
    remedy = "sign_in"


class NotAuthorized(Refused):
    """NotAuthorizedException with a message that is not in the error table: the input may well be right."""


class SignInBlocked(Refused):
    """The pool's threat protection blocked the sign-in."""

    title = "Sign-in blocked"
    default_fix = (
        "The pool's threat protection blocked this sign-in. Try from your usual network, or ask the pool's admin."
    )


class UserNotFound(Refused):
    """The pool has no such user."""

    title = "No such user"
    default_fix = "Check the username, pool and client in the profile."
    remedy = "edit_profile"


class UserDisabled(Refused):
    """An admin has disabled the user."""

    title = "User disabled"
    default_fix = "Ask the pool's admin to enable the user."


class UserNotConfirmed(Refused):
    """The user has not confirmed the sign-up."""

    title = "User not confirmed"
    default_fix = "Confirm the sign-up with the code that was sent, or ask the pool's admin to confirm the user."


class PasswordResetRequired(Refused):
    """An admin requires a new password."""

    title = "Password reset required"
    default_fix = "Sign in: it asks for a new password."
    remedy = "sign_in"


class TemporaryPasswordExpired(Refused):
    """The temporary password expired before it was used."""

    title = "Temporary password expired"
    default_fix = "Ask the pool's admin for a new temporary password."


class AttemptsExceeded(Refused):
    """Too many wrong passwords; the user is locked out for a while."""

    title = "Too many attempts"
    default_fix = "Wait a few minutes (Cognito locks for up to 15), then sign in again."


class LimitReached(Refused):
    """A limit that retrying does not help with: attempts per hour, messages per day, or an account quota.

    It keeps the exit code of a throttled call, which scripts rely on.
    """

    exit_code = 5
    title = "Limit reached"
    default_fix = "A quota is used up. Remove what you do not need, or ask an AWS administrator to raise it."


class ClientSecretMissing(Refused):
    """The app client has a secret, and none was sent."""

    title = "Client secret needed"
    default_fix = "Store the app client's secret."
    remedy = "edit_secrets"


class ClientSecretWrong(Refused):
    """The stored client secret is wrong."""

    title = "Client secret wrong"
    default_fix = "Store the app client's current secret; check the client id too."
    remedy = "edit_secrets"


class SourcedSecretWrong(ClientSecretWrong):
    """The client secret in the source that the profile names is wrong, although it was read again."""

    default_fix = "Check client_secret_from and client_id in the profile."
    remedy = "edit_profile"


class ClientSecretUnwanted(Refused):
    """The app client has no secret, and one was sent."""

    title = "Client has no secret"
    default_fix = "Remove the stored client secret, or check the client id."
    remedy = "edit_secrets"


class FlowNotEnabled(Refused):
    """The app client does not allow the flow."""

    title = "Flow not enabled"
    remedy = "edit_profile"


class SessionExpired(Refused):
    """The challenge was answered too late."""

    title = "Sign-in timed out"
    default_fix = "Sign in again."
    remedy = "sign_in"


class RefreshTokenDead(Refused):
    """The refresh token expired, was revoked, or was used by another program under rotation."""

    title = "Refresh token no longer valid"
    default_fix = "Sign in again."
    remedy = "sign_in"


class RefreshTokenSpent(RefreshTokenDead):
    """The refresh token has expired, or another program used it: Cognito says so."""


class SessionNotFound(Refused):
    """The user has no session with that id."""

    title = "No such session"
    default_fix = "It may be over already. List the sessions again: Cognito's list is a few seconds late."


class NewPasswordRejected(Refused):
    """The new password violates the pool's policy or was used before."""

    title = "Password not accepted"
    default_fix = "Choose another password."


class CodeWrong(Refused):
    """The code is wrong or expired."""

    title = "Code not accepted"
    default_fix = "Enter the newest code. For an authenticator app, check the clock."


class AliasTaken(Refused):
    """Another user of the pool already has the e-mail address or phone number."""

    title = "Address or number taken"
    default_fix = "Sign in as that user, or ask the pool's admin to release the address or number."


class InputRejected(Refused):
    """Cognito does not accept a value."""

    title = "Value not accepted"
    default_fix = "Check your input, and the username, client id and flow in the profile."
    remedy = "edit_profile"


class MfaNotSetUp(Refused):
    """The user has not set up that second factor."""

    title = "Second factor not set up"
    default_fix = "Set up a second factor, or ask the pool's admin."


class DeviceUnknown(Refused):
    """The pool no longer knows this machine as a device."""

    title = "Device forgotten"
    default_fix = "Sign in again; this machine then counts as a new device."
    remedy = "sign_in"


class TokenRefused(Refused):
    """An access or ID token was revoked, or expired by Cognito's clock."""

    title = "Token no longer accepted"
    default_fix = "Refresh the tokens or sign in again."
    remedy = "refresh_token"


class ScopeMissing(Refused):
    """The access token lacks a scope."""

    title = "Scope missing"
    default_fix = "Add aws.cognito.signin.user.admin to scopes in the profile, then sign in again."
    remedy = "edit_profile"


class ScopeNotAllowed(Refused):
    """The app client may not request a scope of the profile."""

    title = "Scope not allowed"
    default_fix = "Compare scopes in the profile with the scopes that the app client allows."
    remedy = "edit_profile"


class BrowserSignInDenied(Refused):
    """The browser came back without a code: cancelled, or denied by the pool or the identity provider."""

    title = "Browser sign-in failed"
    default_fix = "Sign in again, and complete the login in the browser."
    remedy = "sign_in"


class IdentityPoolRefused(Refused):
    """The identity pool accepts no tokens of this user pool or app client."""

    title = "Not a provider of the identity pool"
    default_fix = "Ask the identity pool's admin to add the user pool and the app client as a provider."
    remedy = "edit_profile"


class PermissionMissing(Refused):
    """IAM does not allow an admin call with these credentials."""

    title = "Not allowed by IAM"
    default_fix = "Ask an AWS administrator to allow it, or set another aws_profile in the profile."
    remedy = "edit_profile"


class PoolOrClientNotFound(Refused):
    """The region, pool or client is wrong."""

    title = "Pool or client not found"
    default_fix = "Check region, user_pool_id and client_id in the profile."
    remedy = "edit_profile"


class BlockedByFirewall(Refused):
    """A WAF rule of the pool blocked the request."""

    title = "Blocked by a firewall rule"
    default_fix = "A WAF rule of the pool blocked this address. Try from an allowed network, or ask the pool's admin."


class TriggerRefused(Refused):
    """A Lambda trigger of the pool refused."""

    title = "Refused by a Lambda trigger"
    default_fix = "The message comes from the pool's own code: ask its admin what it means."


class PoolMisconfigured(Refused):
    """The pool's configuration is broken."""

    title = "The pool is misconfigured"
    default_fix = "Only the pool's admin can fix this."


class NotInThisPool(Refused):
    """Not part of the pool's plan or settings."""

    title = "Not available in this pool"
    default_fix = "The pool's plan or settings do not include it: ask its admin."


class SessionsNotTracked(NotInThisPool):
    """The pool keeps no list of its users' sessions."""

    title = "Sessions are not tracked"
    default_fix = "The pool's admin can switch on session tracking, from the Essentials plan up."


class OperationUnknown(NotInThisPool):
    """The server, such as an emulator, does not know the operation."""

    title = "Not available at this endpoint"
    default_fix = "Check endpoint_url: the server there does not implement all of Cognito."


class VerificationFailed(Refused):
    """The token's signature or a claim is wrong."""

    title = "Not verified"
    default_fix = "Do not use this token; get a new one."


class LevelNotReached(Refused):
    """The sign-in succeeded, with a lower level than was wanted; its tokens are stored."""

    title = "Level not reached"
    default_fix = (
        "Levels need the plan Essentials or Plus and a Region that has them; on a smaller plan the login page ignores "
        "them. Check acr_values too: the pool may have names of its own. The new token is stored."
    )


class LevelAlreadyReached(Refused):
    """A step-up for a level that the access token has: Cognito issues no other token."""

    title = "Level already reached"
    default_fix = "Use the token that you have."


class NotAsExpected(Refused):
    """The token is not what the profile's API expects."""

    title = "Not as expected"
    default_fix = "Get a token with what is missing, or fix expect in the profile."


class Unreachable(CognituiError):
    """The network is down, or the service does not answer."""

    exit_code = 5
    title = "Cognito cannot be reached"
    default_fix = "Check the network, HTTPS_PROXY and the region, then try again."
    remedy = "get_token"


class ServiceFault(Unreachable):
    """The service gave no proper answer."""

    title = "Cognito did not answer properly"
    default_fix = "Wait a moment, then try again."


class AnswerLost(ServiceFault):
    """The answer is cut off or endless: the call may have been carried out."""


class Throttled(Unreachable):
    """Too many requests."""

    title = "Too many requests"
    default_fix = "Cognito is throttling: wait a moment, then try again."


class SecretStoreError(CognituiError):
    """The keyring failed."""

    exit_code = 6
    title = "The keyring failed"
    default_fix = "Check that the keyring service is running; `--vault memory` keeps secrets for this run only."


class NoKeyring(SecretStoreError):
    """No keyring is safe to use."""

    title = "No keyring"


class KeyringLocked(SecretStoreError):
    """The keyring is locked, and the unlock prompt was dismissed."""

    title = "The keyring is locked"
    default_fix = "Unlock the keyring, then try again."


class KeyringTimeout(SecretStoreError):
    """The keyring does not answer."""

    title = "The keyring does not answer"


class SecretTooLarge(SecretStoreError):
    """The secret has more than 64 KB."""

    title = "Too long for the keyring"
    default_fix = "A secret can have at most 64 KB: check your input."
