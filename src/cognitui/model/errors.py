"""The one exception tree; each leaf has a cause, a fix and an exit code.

CognituiError                        1  a fault of ours
├── SaveFailed                       1  the disk is full, read-only or broken: nothing was changed
├── UsageError                       2  wrong usage
│   ├── ProfileFileError             2  the profile file is faulty
│   │   ├── ProfileFileUnsafe        2  others own or may write it
│   │   └── ProfileConflict          2  it changed on disk meanwhile
│   ├── ProfileNotFound              2
│   ├── AmbiguousProfile             2
│   ├── FlowUnsupported              2  this version cannot sign in that way
│   ├── PasskeyNeeded                2  a terminal has no authenticator
│   ├── RedirectUnavailable          2  the browser's way back to this program is taken
│   ├── AwsCredentialsUnusable       2  none to sign an admin's call with
│   ├── ClipboardUnavailable         2  no way to a clipboard from here
│   ├── CommandNotRun              126  `exec` cannot run it, as shells have it
│   ├── CommandNotFound            127  `exec` finds no such program, as shells have it
│   └── BadToken                     2  not a token
├── PersonNeeded                     3  a person is needed
│   ├── ChallengePending             3  a challenge waits for an answer
│   ├── ConsentNeeded                3  a protected environment
│   └── Declined                     3  a yes was needed, and the person said no
├── Refused                          4  Cognito refused
│   ├── WrongCredentials             4  wrong password or unknown user
│   ├── NotAuthorized                4  in words that are not in the table
│   ├── SignInBlocked                4  threat protection
│   ├── UserNotFound                 4
│   ├── UserDisabled                 4
│   ├── UserNotConfirmed             4
│   ├── PasswordResetRequired        4
│   ├── TemporaryPasswordExpired     4
│   ├── AttemptsExceeded             4
│   ├── LimitReached                 5  a limit that is counted by the hour or day, or a quota
│   ├── ClientSecretMissing          4  the app client has one, and none was sent
│   ├── ClientSecretWrong            4
│   ├── ClientSecretUnwanted         4  the app client has none, and one was sent
│   ├── FlowNotEnabled               4
│   ├── SessionExpired               4
│   ├── RefreshTokenDead             4  expired, revoked or used by another program
│   ├── NewPasswordRejected          4
│   ├── CodeWrong                    4
│   ├── AliasTaken                   4  another user has the address or number
│   ├── InputRejected                4  a value that Cognito cannot take
│   ├── MfaNotSetUp                  4
│   ├── DeviceUnknown                4  the pool has forgotten this machine
│   ├── TokenRefused                 4  Cognito does not take an access or ID token any more
│   ├── ScopeMissing                 4  the access token does not open what was asked for
│   ├── ScopeNotAllowed              4  the app client may not ask for a scope of the profile
│   ├── BrowserSignInDenied          4  the sign-in in the browser ended without a code
│   ├── IdentityPoolRefused          4  the identity pool does not know the user pool or the client
│   ├── PermissionMissing            4  IAM does not allow an admin's call
│   ├── PoolOrClientNotFound         4
│   ├── BlockedByFirewall            4
│   ├── TriggerRefused               4  a Lambda trigger's own message
│   ├── PoolMisconfigured            4
│   ├── NotInThisPool                4  the pool's plan or settings do not have it
│   │   └── OperationUnknown         4  the server does not know the call
│   ├── VerificationFailed           4  the signature or a claim does not hold
│   └── NotAsExpected                4  not what the profile's API expects
├── Unreachable                      5  no network, or the service does not answer
│   ├── ServiceFault                 5  an answer that is none: 5xx, HTML
│   │   └── AnswerLost               5  cut off, or without an end: the call may have been carried out
│   └── Throttled                    5
└── SecretStoreError                 6  the secret store failed
    ├── NoKeyring                    6  none that is safe to use
    ├── KeyringLocked                6
    ├── KeyringTimeout               6
    └── SecretTooLarge               6

No text of an error holds a secret; texts from outside are made inert before they go in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from cognitui.model.challenge import Challenge
    from cognitui.model.profile import Problem, Profile


class CognituiError(Exception):
    """The root. `str()` is the cause; `fix` says how to mend it.

    Attributes:
        cause: One sentence: what is wrong, and where.
        fix: One sentence: what to do now.
        remedy: The id of the action that does the fix (see `tui/actions/registry.py`), or empty.
    """

    exit_code: ClassVar[int] = 1
    title: ClassVar[str] = "Something went wrong"
    default_fix: ClassVar[str] = ""
    remedy: ClassVar[str] = ""

    def __init__(self, cause: str, *, fix: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.fix = fix or self.default_fix


class SaveFailed(CognituiError):
    """A file could not be written; what was there is unchanged."""

    title = "Not saved"
    default_fix = "Free some space or mend the permissions, then save again."


class UsageError(CognituiError):
    """What was asked for cannot be."""

    exit_code = 2
    title = "That cannot be done"


class ProfileFileError(UsageError):
    """The profile file, or a place in it, is faulty."""

    title = "The profile file has a fault"
    default_fix = "Mend it: cognitui profile edit opens the file at the fault."

    def __init__(self, cause: str, *, fix: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(cause, fix=fix)
        self.problems = problems


class ProfileFileUnsafe(ProfileFileError):
    """A file or its folder belongs to another user or may be written by others, or its lock is a link."""

    title = "A file is not safe to use"


class ProfileConflict(ProfileFileError):
    """The profile changed on disk since it was read."""

    title = "Changed on disk meanwhile"
    default_fix = "Look at the new values, then make your change again."


class ProfileNotFound(UsageError):
    """No profile has that name."""

    title = "No such profile"


class AmbiguousProfile(UsageError):
    """A bare name that several environments have."""

    title = "Several profiles have that name"


class FlowUnsupported(UsageError):
    """A flow that this version cannot sign in with."""

    title = "Flow not available"
    default_fix = "Update cognitui, or use another flow in this profile."
    remedy = "edit_profile"


class PasskeyNeeded(UsageError):
    """Cognito asks for a passkey, and a terminal has no authenticator."""

    title = "A passkey is needed"
    default_fix = 'Choose another factor by preferred_challenge, or sign in by flow = "authorization_code".'
    remedy = "edit_profile"


class RedirectUnavailable(UsageError):
    """The browser's way back to this program is taken by another, or may not be opened."""

    title = "Cannot wait for the browser"
    default_fix = "End the program that holds the port; or paste the address that the browser ends on."


class AwsCredentialsUnusable(UsageError):
    """An admin's call must be signed, and there is nothing to sign it with."""

    title = "No AWS credentials"
    default_fix = "Check aws_profile in the profile and the files in ~/.aws."
    remedy = "edit_profile"


class ClipboardUnavailable(UsageError):
    """Neither a native clipboard, nor tmux, nor a terminal that could take it."""

    title = "Not copied"


class CommandNotRun(UsageError):
    """The command that was to be run is no program, or may not be run."""

    exit_code = 126
    title = "The command cannot be run"
    default_fix = "Check its permissions, and that it is a program; a script needs a first line such as #!/bin/sh."


class CommandNotFound(UsageError):
    """The command that was to be run is not there."""

    exit_code = 127
    title = "No such command"
    default_fix = "Check its name and the PATH."


class BadToken(UsageError):
    """A text that is no token."""

    title = "Not a token"


class PersonNeeded(CognituiError):
    """A person must give or agree to something, and none is there to ask."""

    exit_code = 3
    title = "A person is needed"


class ChallengePending(PersonNeeded):
    """A challenge waits; `challenge` tells what it asks."""

    default_fix = "Run the command in a terminal, or sign in on the screen."

    def __init__(self, challenge: Challenge) -> None:
        # Some titles say as much.
        said = challenge.title.casefold() == f"{challenge.needs} needed"
        title = "" if said else f"{challenge.title}: "
        why = f"{challenge.remark} " if challenge.remark else ""
        is_or_are = "are" if " and " in challenge.needs else "is"
        super().__init__(f"{why}{challenge.profile.id}: {title}{challenge.needs} {is_or_are} needed.")
        self.challenge = challenge


class ConsentNeeded(PersonNeeded):
    """The environment is protected, and nobody agreed."""

    title = "Protected environment"

    def __init__(self, profile: Profile) -> None:
        super().__init__(
            f"{profile.why_protected} is protected: a token of {profile.id} is handed out only after a yes.",
            fix="Answer the question in a terminal, or add --yes.",
        )


class Declined(PersonNeeded):
    """A person was asked whether to go on, and said no: what needed a yes is not done."""

    title = "Not done"


class Refused(CognituiError):
    """Cognito refused. The fallback where it gave a reason that is not in the table."""

    exit_code = 4
    title = "Cognito refused"
    default_fix = "Ask the pool's admin what these words of Cognito mean."


class WrongCredentials(Refused):
    """Wrong password or unknown user; Cognito does not say which."""

    title = "Wrong username or password"
    default_fix = "Sign in anew and type the password, or check the username."
    remedy = "sign_in"


class NotAuthorized(Refused):
    """NotAuthorizedException in words that are not in the table: nothing says that what was typed is wrong."""


class SignInBlocked(Refused):
    """The pool's threat protection takes the sign-in for an attack."""

    title = "Sign-in blocked"
    default_fix = (
        "The pool's threat protection blocked this sign-in: try from your usual network, or ask the pool's admin."
    )


class UserNotFound(Refused):
    """The pool has no such user."""

    title = "No such user"
    default_fix = "Check the username, the pool and the client of the profile."
    remedy = "edit_profile"


class UserDisabled(Refused):
    """An admin has disabled the user."""

    title = "User disabled"
    default_fix = "Ask the pool's admin to enable the user."


class UserNotConfirmed(Refused):
    """The user has never confirmed the sign-up."""

    title = "User not confirmed"
    default_fix = "Confirm the sign-up with the code that was sent, or ask the pool's admin to confirm the user."


class PasswordResetRequired(Refused):
    """An admin asked for a new password."""

    title = "Password reset required"
    default_fix = "Sign in: a new password is set on the way."
    remedy = "sign_in"


class TemporaryPasswordExpired(Refused):
    """The temporary password was not used in time."""

    title = "Temporary password expired"
    default_fix = "Ask the pool's admin for a new temporary password."


class AttemptsExceeded(Refused):
    """Too many wrong passwords: the user is locked out for a while."""

    title = "Too many attempts"
    default_fix = "Wait a few minutes (Cognito locks for up to 15), then sign in again."


class LimitReached(Refused):
    """A limit that no second try passes: attempts in an hour, messages in a day, or a quota of the account.

    It keeps the exit code of a throttled call, as which scripts know it.
    """

    exit_code = 5
    title = "Limit reached"
    default_fix = "A quota is used up: remove what is not needed, or have an AWS administrator raise it."


class ClientSecretMissing(Refused):
    """The app client has a secret, and none was sent."""

    title = "Client secret needed"
    default_fix = "Store the secret of the app client."
    remedy = "edit_secrets"


class ClientSecretWrong(Refused):
    """The stored client secret is not the app client's."""

    title = "Client secret wrong"
    default_fix = "Store the secret that the app client has now; check the client id, too."
    remedy = "edit_secrets"


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
    """A challenge was answered too late."""

    title = "Sign-in timed out"
    default_fix = "Sign in again."
    remedy = "sign_in"


class RefreshTokenDead(Refused):
    """Expired, revoked, or used by another program under rotation."""

    title = "Refresh token no longer valid"
    default_fix = "Sign in again."
    remedy = "sign_in"


class NewPasswordRejected(Refused):
    """The new password breaks the pool's policy or was used before."""

    title = "Password not accepted"
    default_fix = "Choose another one."


class CodeWrong(Refused):
    """A code that is wrong or too old."""

    title = "Code not accepted"
    default_fix = "Enter the newest code; for an authenticator app, check that the clock is right."


class AliasTaken(Refused):
    """Another user of the pool has the e-mail address or phone number already."""

    title = "Address or number taken"
    default_fix = "Sign in as the user who has it, or ask the pool's admin to take it from them."


class InputRejected(Refused):
    """A value that Cognito cannot take."""

    title = "Value not accepted"
    default_fix = "Check the username, the client id and the flow of the profile, and what was typed."
    remedy = "edit_profile"


class MfaNotSetUp(Refused):
    """The user has no second factor of that kind."""

    title = "Second factor not set up"
    default_fix = "Set a second factor up, or ask the pool's admin."


class DeviceUnknown(Refused):
    """The pool does not know this machine as a device any more."""

    title = "Device forgotten"
    default_fix = "Sign in again; it is then a new device."
    remedy = "sign_in"


class TokenRefused(Refused):
    """An access or ID token that was revoked, or that has expired on Cognito's clock."""

    title = "Token no longer accepted"
    default_fix = "Refresh the tokens or sign in again."
    remedy = "refresh_token"


class ScopeMissing(Refused):
    """The access token does not open what was asked for."""

    title = "The access token lacks a scope"
    default_fix = "Sign in with the scope aws.cognito.signin.user.admin: see scopes in the profile."
    remedy = "edit_profile"


class ScopeNotAllowed(Refused):
    """The app client may not ask for a scope that the profile names."""

    title = "Scope not allowed"
    default_fix = "Compare scopes in the profile with those that the app client allows."
    remedy = "edit_profile"


class BrowserSignInDenied(Refused):
    """The sign-in in the browser ended without a code: cancelled, or denied by the pool or the identity provider."""

    title = "Not signed in by the browser"
    default_fix = "Sign in again, and log in where the browser asks."
    remedy = "sign_in"


class IdentityPoolRefused(Refused):
    """The identity pool takes no tokens of this user pool or app client."""

    title = "Not a provider of the identity pool"
    default_fix = "Have the admin of the identity pool add the user pool and the app client as a provider."
    remedy = "edit_profile"


class PermissionMissing(Refused):
    """The IAM credentials may not make an admin's call."""

    title = "IAM does not allow it"
    default_fix = "Have an AWS administrator allow it, or name another aws_profile in the profile."
    remedy = "edit_profile"


class PoolOrClientNotFound(Refused):
    """Wrong region, pool or client."""

    title = "Pool or client not found"
    default_fix = "Check the region, the user pool id and the client id of the profile."
    remedy = "edit_profile"


class BlockedByFirewall(Refused):
    """A WAF rule of the pool."""

    title = "Blocked by a firewall rule"
    default_fix = "A WAF rule of the pool blocked this address: try from an allowed network, or ask the pool's admin."


class TriggerRefused(Refused):
    """The pool's own Lambda trigger said no."""

    title = "Refused by the pool's own rule"
    default_fix = "The message is the pool's own: ask its admin what it means."


class PoolMisconfigured(Refused):
    """The pool's configuration is broken."""

    title = "The pool is misconfigured"
    default_fix = "Only the pool's admin can mend this."


class NotInThisPool(Refused):
    """The pool's plan or settings do not have it."""

    title = "Not available in this pool"
    default_fix = "The pool's plan or settings do not have it: ask its admin."


class OperationUnknown(NotInThisPool):
    """The server, an emulator perhaps, does not know the call."""

    title = "Not available at this endpoint"
    default_fix = "Check endpoint_url: the server there lacks a part of Cognito."


class VerificationFailed(Refused):
    """The token's signature or a claim does not hold."""

    title = "Not verified"
    default_fix = "Do not use this token; get a new one."


class NotAsExpected(Refused):
    """The token is not what the profile says that its API expects."""

    title = "Not as expected"
    default_fix = "Get a token that has what is missing, or mend expect in the profile."


class Unreachable(CognituiError):
    """No network, or nobody answers."""

    exit_code = 5
    title = "Cognito cannot be reached"
    default_fix = "Check the network, HTTPS_PROXY and the region, then try again."
    remedy = "get_token"


class ServiceFault(Unreachable):
    """An answer that is none."""

    title = "Cognito did not answer properly"
    default_fix = "Try again in a moment."


class AnswerLost(ServiceFault):
    """An answer that is cut off or without an end: the call may have been carried out."""


class Throttled(Unreachable):
    """Too many calls."""

    title = "Too many requests"
    default_fix = "Cognito asks to slow down: wait a moment, then try again."


class SecretStoreError(CognituiError):
    """The keyring failed."""

    exit_code = 6
    title = "The keyring failed"
    default_fix = "Check that the keyring service runs; `--vault memory` keeps secrets for this run alone."


class NoKeyring(SecretStoreError):
    """There is none that is safe to use."""

    title = "No keyring"


class KeyringLocked(SecretStoreError):
    """It is locked, and the unlock prompt was dismissed."""

    title = "The keyring is locked"
    default_fix = "Unlock the keyring, then try again."


class KeyringTimeout(SecretStoreError):
    """It does not answer."""

    title = "The keyring does not answer"


class SecretTooLarge(SecretStoreError):
    """More than 64 KB."""

    title = "Too long for the keyring"
    default_fix = "A secret has at most 64 KB: check what was given."
