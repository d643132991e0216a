#!/usr/bin/env python3
"""A second judge of Fettle's dossiers, written apart from the first: Python's standard library and openssl.

Says "accepted" with exit code 0, or one line "refused FILE: WHY" for each thing that is wrong with exit code 1.
"""
import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile

refusals = []


def refuse(name, why):
    refusals.append((name, why))


def digest_of(data):
    return hashlib.sha256(data).hexdigest()


def key_id(pem):
    body = b"".join(line for line in pem.splitlines() if not line.startswith(b"-----"))
    return digest_of(base64.b64decode(body))


def signed_by(pem, message, signature):
    """Asks openssl whether an Ed25519 or P-256 key has signed a message."""
    with tempfile.TemporaryDirectory() as folder:
        def put(name, data):
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(data)
            return path
        key, data, sig = put("key.pem", pem), put("message", message), put("signature", signature)
        about = subprocess.run(["openssl", "pkey", "-pubin", "-in", key, "-noout", "-text"], capture_output=True)
        if b"ED25519" in about.stdout.upper():
            line = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", data, "-sigfile", sig]
        else:
            line = ["openssl", "dgst", "-sha256", "-verify", key, "-signature", sig, data]
        return subprocess.run(line, capture_output=True).returncode == 0


def open_envelope(data, payload_type, pems):
    envelope = json.loads(data)
    if envelope["payloadType"] != payload_type:
        raise ValueError("another payload type")
    payload = base64.b64decode(envelope["payload"], validate=True)
    message = b"DSSEv1 %d %s %d %s" % (len(payload_type), payload_type.encode(), len(payload), payload)
    keys = {key_id(pem): pem for pem in pems}
    good = 0
    for one in envelope["signatures"]:
        pem = keys.get(one["keyid"])
        if pem is None:
            continue
        if not signed_by(pem, message, base64.b64decode(one["sig"], validate=True)):
            raise ValueError("a signature is wrong")
        good += 1
    if good == 0:
        raise ValueError("no known key has signed it")
    return json.loads(payload)


def open_statement(data, pems):
    statement = open_envelope(data, "application/vnd.in-toto+json", pems)
    return [one["digest"]["sha256"] for one in statement["subject"]], statement


def check_sums(files, pems):
    listed = {}
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, path = line.split("  ", 1)
        listed[path] = digest
    for path, data in files.items():
        if path in ("SHA256SUMS", "SHA256SUMS.dsse.json"):
            continue
        if listed.pop(path, None) != digest_of(data):
            refuse(path, "not as SHA256SUMS lists it")
    for path in listed:
        refuse(path, "listed but not there")
    try:
        subjects, _ = open_statement(files["SHA256SUMS.dsse.json"], pems)
        if subjects != [digest_of(files["SHA256SUMS"])]:
            refuse("SHA256SUMS", "the seal is of another list")
    except Exception as error:
        refuse("SHA256SUMS.dsse.json", str(error))


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaf, index, size, proof):
    """RFC 6962 2.1.1, by recursion: which half of the tree holds the leaf, and what its other half is."""
    if size == 1:
        if proof:
            raise ValueError("the proof is too long")
        return leaf
    split = 1
    while split * 2 < size:
        split *= 2
    if not proof:
        raise ValueError("the proof is too short")
    if index < split:
        return node(root_of(leaf, index, split, proof[:-1]), proof[-1])
    return node(proof[-1], root_of(leaf, index - split, size - split, proof[:-1]))


def check_event(one, vkey):
    event, proof = one["event"], one["proof"]
    if proof is None:
        return
    head, note = proof["inclusion"].split("\n\n", 1)
    kind, index, *hashes = head.split("\n")
    if kind != "c2sp.org/tlog-proof@v1":
        raise ValueError("no tlog-proof")
    at = note.rindex("\n\n")
    text, lines = note[:at + 1], note[at + 2:].splitlines()
    name, ident, body = vkey.strip().split("+", 2)
    raw = base64.b64decode(body)[1:]
    pem = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(bytes.fromhex("302a300506032b6570032100") + raw) \
        + b"\n-----END PUBLIC KEY-----\n"
    own = [base64.b64decode(line.split(" ")[2]) for line in lines if line.split(" ")[1] == name]
    own = [one[4:] for one in own if one[:4].hex() == ident]
    if not any(signed_by(pem, text.encode(), sig) for sig in own):
        raise ValueError("the log has not signed the checkpoint")
    origin, size, root = text.splitlines()
    leaf = hashlib.sha256(b"\x00" + proof["entry"].encode()).digest()
    found = root_of(leaf, int(index.split(" ")[1]), int(size), [base64.b64decode(one) for one in hashes])
    if origin != name or found != base64.b64decode(root):
        raise ValueError("not in the log")
    entry = json.loads(proof["entry"])
    for field in ("sequence", "verb", "object", "fleet", "before", "after"):
        if entry.get(field) != event[field]:
            raise ValueError(f"{field} differs from the log")
    for salt in proof["salts"]:
        made = digest_of(bytes.fromhex(salt["salt"]) + event[salt["field"]].encode())
        if entry["commitments"][salt["field"]] != made:
            raise ValueError(f"{salt['field']} differs from the log")


def check(files):
    evidence = [files["keys/evidence.pub.pem"]]
    check_sums(files, evidence)
    if refusals:
        return
    dossier = json.loads(files["dossier.json"])
    if digest_of(files["manifests/manifest.json"]) != dossier["manifest"]:
        refuse("manifests/manifest.json", "another than dossier.json names")
    releases = [data for path, data in files.items() if path.startswith("keys/release-")]
    if dossier["way"] == "manifest":
        try:
            kind = "application/vnd.fettle.manifest+json"
            if open_envelope(files["manifests/manifest.dsse.json"], kind, releases) != json.loads(files["manifests/manifest.json"]):
                refuse("manifests/manifest.dsse.json", "signs another manifest")
        except Exception as error:
            refuse("manifests/manifest.dsse.json", str(error))
    artifacts = {one["sha256"] for one in dossier["artifacts"]}
    for path, data in files.items():
        if not path.startswith("attestations/") or not path.endswith(".dsse.json"):
            continue
        try:
            subjects, _ = open_statement(data, evidence)
            if not set(subjects) <= artifacts:
                refuse(path, "speaks of other artifacts")
        except Exception as error:
            refuse(path, str(error))
    for one in dossier["approvals"]:
        try:
            subjects, statement = open_statement(files[one["file"]], evidence)
            said = statement["predicate"]
            if subjects[0] != dossier["manifest"] or said["person"]["id"] != one["person"] or said["role"] != one["role"]:
                refuse(one["file"], "of another manifest, person or role")
            if said["method"] == "key":
                open_statement(files[one["file"]], [said["key"]["publicKeyPem"].encode()])
        except Exception as error:
            refuse(one["file"], str(error))
    events = json.loads(files["audit/events.json"])
    for one in events:
        try:
            check_event(one, files["keys/log.vkey"].decode())
        except Exception as error:
            refuse("audit/events.json", f"event {one['event']['sequence']}: {error}")
    told = {one["event"]["after"] for one in events if one["event"]["verb"] == "release.approved"}
    for one in dossier["approvals"]:
        if one["evidence"] not in told:
            refuse(one["file"], "the log does not tell of it")


def main(path):
    try:
        with open(path, "rb") as file:
            archive = zipfile.ZipFile(io.BytesIO(file.read()))
        check({name: archive.read(name) for name in archive.namelist()})
    except Exception as error:
        refuse("archive", str(error))
    for name, why in refusals:
        print(f"refused {name}: {why}")
    if not refusals:
        print("accepted")
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
