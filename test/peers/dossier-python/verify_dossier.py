#!/usr/bin/env python3
"""A second judge of Fettle's dossiers, written apart from the first: Python's standard library and openssl.

Says "accepted" with exit code 0, one line "refused FILE: WHY" for each thing that is wrong with exit code 1, or with exit
code 3 one line "unpinned USE" for each kind of key that it rests on and that was not given.
"""
import argparse
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
unpinned = []


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


def check_event(event, proof, vkey):
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
    salts = {one["field"]: bytes.fromhex(one["salt"]) for one in proof["salts"]}
    for field, committed in entry.get("commitments", {}).items():
        if field in salts:
            if committed != digest_of(salts[field] + event[field].encode()):
                raise ValueError(f"{field} differs from the log")
        elif event[field] != {"actor": "operator:[erased]", "reason": "[erased]"}[field]:
            raise ValueError(f"{field} is not shown to be the one of the log")
    if "actor" not in entry.get("commitments", {}) and event["actor"] != ":".join(entry["actor"][one] for one in ("kind", "id") if one in entry["actor"]):
        raise ValueError("actor differs from the log")


def keys_for(pins, files, start, use):
    """What was given for a use, or what the archive brings for it where nothing was."""
    if pins:
        return pins
    unpinned.append(use)
    return [data for path, data in files.items() if path.startswith(start)]


def check(files, pins):
    evidence = keys_for(pins.evidence_key, files, "keys/evidence.", "evidence key")
    check_sums(files, evidence)
    if refusals:
        return
    dossier = json.loads(files["dossier.json"])
    if digest_of(files["manifests/manifest.json"]) != dossier["manifest"]:
        refuse("manifests/manifest.json", "another than dossier.json names")
    releases = keys_for(pins.release_key, files, "keys/release-", "release key")
    if dossier["way"] == "manifest":
        try:
            kind = "application/vnd.fettle.manifest+json"
            if open_envelope(files["manifests/manifest.dsse.json"], kind, releases) != json.loads(files["manifests/manifest.json"]):
                refuse("manifests/manifest.dsse.json", "signs another manifest")
        except Exception as error:
            refuse("manifests/manifest.dsse.json", str(error))
    else:
        refuse("metadata/", "this judge does not read TUF metadata")
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
            if one.get("judged") != (said.get("judged") or {}).get("sha256"):
                refuse(one["file"], "given on another judgement")
            if "judged" in one and digest_of(files[one["judgedFile"]]) != one["judged"]:
                refuse(one["judgedFile"], "another than was shown")
            if said["method"] == "key":
                open_statement(files[one["file"]], [said["key"]["publicKeyPem"].encode()])
        except Exception as error:
            refuse(one["file"], str(error))
    check_policy(files, dossier)
    check_acts(files, dossier, events_that_count(files, pins))


def check_policy(files, dossier):
    """The policy is here that cleared the release, and no stage of it is left out."""
    if dossier["policy"] is None:
        if dossier["check"] is not None or "gates/policy.json" in files or "gates/clearance.json" in files:
            refuse("gates/policy.json", "dossier.json names none")
        return
    policy = files.get("gates/policy.json")
    if policy is None or digest_of(policy) != dossier["policy"]:
        refuse("gates/policy.json", "missing, or another than dossier.json names")
    elif dossier["check"] is not None:
        clearance = json.loads(files["gates/clearance.json"])
        stages = {one["stage"] for one in json.loads(policy).get("stages", [])}
        if clearance["policyDigest"] != dossier["policy"] or stages - {one["stage"] for one in clearance["stages"]}:
            refuse("gates/clearance.json", "by another policy, or not of all its stages")


def events_that_count(files, pins):
    """With a log that was given, proven events; without one, all that are told."""
    vkey = pins.vkey or files["keys/log.vkey"].decode()
    if not pins.vkey:
        unpinned.append("log")
    counting = []
    for one in json.loads(files["audit/events.json"]):
        event, proof = one["event"], one["proof"]
        try:
            if proof is not None:
                check_event(event, proof, vkey)
            if proof is not None or not pins.vkey:
                counting.append(event)
        except Exception as error:
            refuse("audit/events.json", f"event {event['sequence']}: {error}")
    return counting


def check_acts(files, dossier, events):
    def acts(verb, about):
        return [one for one in events if one["verb"] == verb and one["object"] == about]

    def demand(holds, why):
        if not holds:
            refuse("audit/events.json", why)
    release, fleet = "release/" + dossier["release"], dossier["fleet"]
    published = acts("release.published", release)
    demand(published, "nobody published it")
    for one in published[:1]:
        cleared = [f"cleared by {dossier['check'] or 'no check'}, "]
        if acts("release.rejudged", release):
            cleared.append("cleared by no check, ")
        head = f"version {dossier['version']}, counter {dossier['counter']}, "
        words = [head + way for way in cleared]
        is_erased = one["reason"] == "[erased]" and dossier["check"] is not None
        demand(is_erased or any(one["reason"].startswith(way) for way in words), "another version or check was published")
        if dossier["way"] == "manifest":
            demand(one["after"] == digest_of(files["manifests/manifest.dsse.json"]), "another envelope was published")
    if dossier["check"] is not None:
        supplied = json.loads(files["gates/check.json"])["supplied"]
        subject = {
            "fleet": fleet,
            "version": dossier["version"],
            "artifacts": sorted("/".join((one["deviceType"], one["component"], one["sha256"])) for one in dossier["artifacts"]),
            "supplied": sorted(one["kind"] + "/" + one["digest"] for one in supplied),
        }
        digest = digest_of(json.dumps(subject, separators=(",", ":"), ensure_ascii=False).encode())
        for verb in ("check.requested", "check.done"):
            demand(any(one["after"] == digest for one in acts(verb, "check/" + dossier["check"])), f"no {verb} of it")
    if dossier["policy"] is not None:
        in_force = [one["after"] for one in acts("fleet.policy-changed", "fleet/" + fleet)]
        demand(dossier["policy"] in in_force, "the policy was never in force")
    standing = {}
    both = acts("release.approved", release) + acts("release.approval-withdrawn", release)
    for one in sorted(both, key=lambda one: one["sequence"]):
        if one["verb"] == "release.approved":
            standing[one["after"]] = one["actor"]
        else:
            standing.pop(one["before"], None)
    named = {one["evidence"]: "person:" + one["person"] for one in dossier["approvals"]}
    demand(standing == named, "approvals are others than the log tells of")
    demand(bool(acts("release.revoked", release)) == (dossier["status"] == "revoked"), "revoked or not")
    for one in dossier["rollouts"]:
        demand(acts("rollout.created", "rollout/" + one["id"]), f"nobody made the rollout {one['id']}")


def arguments():
    def content(path):
        with open(path, "rb") as file:
            return file.read()
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("file", type=content)
    parser.add_argument("--evidence-key", type=content, action="append", default=[])
    parser.add_argument("--release-key", type=content, action="append", default=[])
    parser.add_argument("--vkey")
    return parser.parse_args()


def main():
    pins = arguments()
    try:
        archive = zipfile.ZipFile(io.BytesIO(pins.file))
        check({name: archive.read(name) for name in archive.namelist()}, pins)
    except Exception as error:
        refuse("archive", str(error))
    for name, why in refusals:
        print(f"refused {name}: {why}")
    if refusals:
        return 1
    for use in unpinned:
        print(f"unpinned {use}")
    if unpinned:
        return 3
    print("accepted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
