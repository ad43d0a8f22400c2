#!/usr/bin/env bash
# keyrings.cryptfile keeps usernames in an INI file, and Python's configparser lower-cases the names of options: storing
# the password of "alice" replaces that of "Alice". Then Alice's can't even be read: the file's authenticated encryption
# covers the name as given, so the keyring raises a bare ValueError, no KeyringError. keyrings.alt, whose file format it
# is, gives out the other user's password. Names of services keep their case in both. A Cognito user pool has both users
# unless it was created with case-insensitive usernames, and keyring's own backends tell them apart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check keyring==25.7.0 keyrings.cryptfile==1.3.9 keyrings.alt==5.0.2 2>/dev/null
cat >seen.py <<'PY'
from keyring.errors import KeyringError
from keyrings.alt.file import PlaintextKeyring
from keyrings.cryptfile.cryptfile import CryptFileKeyring

cryptfile, alt = CryptFileKeyring(), PlaintextKeyring()
cryptfile.file_path, cryptfile.keyring_key, alt.file_path = "cryptfile.cfg", "master", "alt.cfg"
for words, store in (("keyrings.cryptfile", cryptfile), ("keyrings.alt", alt)):
    for service, username in (("service", "Alice"), ("service", "alice"), ("Service", "alice")):
        store.set_password(service, username, f"of {username} at {service}")
    for service, username in (("service", "Alice"), ("service", "alice"), ("Service", "alice")):
        try:
            found = store.get_password(service, username)
        except Exception as error:
            kind = "a" if isinstance(error, KeyringError) else "no"
            found = f"{type(error).__name__}: {error}, {kind} KeyringError"
        print(f"{words}, {username} at {service}: {found}")
PY
env/bin/pip list 2>/dev/null | sed -n 's/^\(keyrings\.[a-z]*\) */\1 /p'
env/bin/python seen.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
keyrings.cryptfile, Alice at service: ValueError: MAC check failed, no KeyringError
keyrings.cryptfile, alice at service: of alice at service
keyrings.cryptfile, alice at Service: of alice at Service
keyrings.alt, Alice at service: of alice at service
keyrings.alt, alice at service: of alice at service
keyrings.alt, alice at Service: of alice at Service
EXPECTED
