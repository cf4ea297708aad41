#!/usr/bin/env python3
"""Signs one request to the park's vendor interface and prints its headers. Python 3.8 or newer, nothing to install:

    APP_ID=app_... APP_SECRET=... python3 sign.py POST /v1/positioning/positions body.json

APP_SIGN_ALG=HMAC-SHA256 signs with SHA-256 instead of SM3. SIGN_TIMESTAMP and SIGN_NONCE fix what is otherwise made anew,
to compare with vectors.json. The string to sign goes to stderr. The rules are in vendor-signing.md.
"""
import hashlib
import os
import secrets
import struct
import sys
import time

MASK = 0xFFFFFFFF


def rotate(word, bits):
    bits %= 32
    return ((word << bits) | (word >> (32 - bits))) & MASK


def own_sm3(data):
    """SM3 (GB/T 32905-2016), for a Python whose OpenSSL has none."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + struct.pack(">Q", len(data) * 8)
    for at in range(0, len(padded), 64):
        w = list(struct.unpack(">16I", padded[at : at + 64]))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15)
            w.append(x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            early = j < 16
            ss1 = rotate((rotate(a, 12) + e + rotate(0x79CC4519 if early else 0x7A879D8A, j)) & MASK, 7)
            ff = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if early else (e & f) | (~e & g & MASK)
            tt1 = (ff + d + (ss1 ^ rotate(a, 12)) + (w[j] ^ w[j + 4])) & MASK
            tt2 = (gg + h + ss1 + w[j]) & MASK
            a, b, c, d = tt1, a, rotate(b, 9), c
            e, f, g, h = tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17), e, rotate(f, 19), g
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return struct.pack(">8I", *state)


def sm3(data):
    if "sm3" in hashlib.algorithms_available and os.environ.get("SM3") != "own":
        return hashlib.new("sm3", data).digest()
    return own_sm3(data)


def sha256(data):
    return hashlib.sha256(data).digest()


HASH = {"HMAC-SM3": sm3, "HMAC-SHA256": sha256}


def hmac(hash_of, key, message):
    """RFC 2104; both hashes work on blocks of 64 bytes."""
    key = (hash_of(key) if len(key) > 64 else key).ljust(64, b"\0")
    inner = hash_of(bytes(x ^ 0x36 for x in key) + message)
    return hash_of(bytes(x ^ 0x5C for x in key) + inner)


def sign(method, target, body, app_id, app_secret, timestamp, nonce, alg):
    """target: path and query exactly as they go out; body: exactly the bytes that go out."""
    hash_of = HASH[alg]
    path, _, query = target.partition("?")
    string_to_sign = "\n".join([method, path, query, hash_of(body).hex(), app_id, timestamp, nonce])
    signature = hmac(hash_of, app_secret.encode("utf-8"), string_to_sign.encode("utf-8")).hex()
    headers = {
        "X-App-Id": app_id,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Sign-Alg": alg,
        "X-Signature": signature,
    }
    return string_to_sign, headers


def main(args):
    env = os.environ
    if len(args) < 2 or not env.get("APP_ID") or not env.get("APP_SECRET"):
        sys.exit("usage: APP_ID=... APP_SECRET=... sign.py <method> <path?query> [file with the body]")
    body = b""
    if len(args) > 2:
        with open(args[2], "rb") as file:
            body = file.read()
    string_to_sign, headers = sign(
        args[0],
        args[1],
        body,
        env["APP_ID"],
        env["APP_SECRET"],
        env.get("SIGN_TIMESTAMP") or str(int(time.time() * 1000)),
        # A new one for every request, also for a retry of the same records.
        env.get("SIGN_NONCE") or secrets.token_urlsafe(16),
        env.get("APP_SIGN_ALG") or "HMAC-SM3",
    )
    print(string_to_sign, file=sys.stderr)
    for name, value in headers.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main(sys.argv[1:])
