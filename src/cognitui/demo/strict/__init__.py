"""A small Cognito that refuses what AWS refuses.

It implements the JSON 1.1 protocol of user pools and identity pools and the OAuth endpoints of a domain, on 127.0.0.1.
The SRP verifier, the token signatures and the check of AWS signatures are its own: it shares no code with what it
tests. Emulators accept any password proof or any secret hash, so a test that passes there proves little.

`operations` lists every operation with the function that answers it. A sign-in is a chain of challenges: `sign_in`
lists them all, `challenge_chain` decides which comes next, and each has a class of its own. Codes that Cognito would
send are in `server.outbox`; a user's authenticator app is a `SoftwareToken`.

The server is one address for all Regions: the scope of a signature names the Region, and an unsigned call goes to the
pool's primary. A pool with a replica is called in its other Region at `server.url_in(region)`. Tokens name this server
as their issuer, or AWS (`Pool.has_aws_issuer`, and always if the issuer is UPDATED); the keys are here in any case.
Secrets of app clients move to Secrets Manager, at the same address, by `server.client_secrets.publish`, and `rotate`
changes them there.

    from cognitui.demo.strict.errors import throttle
    from cognitui.demo.strict.server import StrictServer

    with StrictServer() as server:
        pool = server.add_pool()
        client = server.add_client(pool, secret="9drv7kalt3vq0ssexampleexample")
        server.add_user(pool, "alice@example.com", "Passw0rd!")
        server.errors.add("InitiateAuth", throttle())
        ...  # a client with server.url as its endpoint
        assert server.journal.count("InitiateAuth") == 2
"""
