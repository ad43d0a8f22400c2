#!/usr/bin/env bash
# keyrings.cryptfile keeps usernames in an INI file, and Python's configparser lower-cases the names of options: storing
# the password of "alice" replaces that of "Alice". Then Alice's can't be read: the file's authenticated encryption
# covers the name as given, so the keyring raises a bare ValueError, no KeyringError. Names of services keep their case.
# A Cognito user pool has both users unless it was created with case-insensitive usernames.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check keyring==25.7.0 keyrings.cryptfile==1.3.9 keyrings.alt==5.0.2 2>/dev/null
cat >seen.py <<'PY'
from keyring.errors import KeyringError
from keyrings.cryptfile.cryptfile import CryptFileKeyring

store = CryptFileKeyring()
store.file_path, store.keyring_key = "cryptfile.cfg", "master"
names = (("service", "Alice"), ("service", "alice"), ("Service", "alice"))
for service, username in names:
    store.set_password(service, username, f"of {username} at {service}")
for service, username in names:
    try:
        found = store.get_password(service, username)
    except Exception as error:
        kind = "a" if isinstance(error, KeyringError) else "no"
        found = f"{type(error).__name__}: {error}, {kind} KeyringError"
    print(f"{username} at {service}: {found}")
PY
env/bin/pip list 2>/dev/null | sed -n 's/^\(keyrings\.cryptfile\) */\1 /p'
env/bin/python seen.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
Alice at service: ValueError: MAC check failed, no KeyringError
alice at service: of alice at service
alice at Service: of alice at Service
EXPECTED
