// Verifies a Fettle release dossier. Needs Node 20 or newer, no network, no other file.
// Made of packages/dossier/src/verify of Fettle; read it before you trust it: it is written to be read.
import { constants, createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// values
/** What was read from outside: whatever is not there is empty, and empty equals nothing that is demanded. */

function fieldsOf(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function listOf(value) {
  return Array.isArray(value) ? value : [];
}

function textOf(value) {
  return typeof value === 'string' ? value : '';
}

/** A value at the end of a way through objects. */
function at(value, ...way) {
  return way.reduce((found, name) => fieldsOf(found)[name], value);
}

function parseJson(bytes) {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

/** The same whatever the order of members. */
function sameValue(a, b) {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

// report
/** Why a dossier is refused: which file, by which rule. */

/** What is found while rules are gone through. */
class Report {
  refusals = [];
  notes = [];
  /** Keys that the verdict rests on and that nobody pinned, with what that leaves open. */
  unpinned = [];
  /** Rules that were gone through without a refusal, with what they looked at. */
  passed = [];

  /** Goes through a rule; whatever it throws refuses the file that it was about. */
  rule(name, file, look) {
    const before = this.refusals.length;
    const refuse = (why, where = file) => void this.refusals.push({ file: where, rule: name, why });
    try {
      const seen = look(refuse);
      if (this.refusals.length === before) this.passed.push(`${name}: ${seen}`);
    } catch (error) {
      refuse(error instanceof Error ? error.message : 'it cannot be read');
    }
  }

  note(text) {
    this.notes.push(text);
  }

  lack(text) {
    this.unpinned.push(text);
  }
}

// read-zip
/** Files of an archive by path. */

const mostFiles = 60_000;

/**
 * Reads an archive as dossiers are written and no other: stored files, one after the other, with fixed dates, then the
 * directory. Every byte is expected to be what it is, so that none can be changed without being missed.
 * @throws Error what is wrong, with the file
 */
function readZip(zip) {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.length);
  const files = new Map();
  const directory = [];
  let offset = 0;
  while (bytes.length >= offset + 30 && bytes.readUInt32LE(offset) === 0x04034b50) {
    const name = nameAt(bytes, offset);
    const size = bytes.readUInt32LE(offset + 18);
    const start = offset + 30 + name.length;
    const content = bytes.subarray(start, start + size);
    const path = name.toString('utf8');
    if (content.length !== size) throw new Error(`${path}: the archive ends within it`);
    if (!bytes.subarray(offset, start).equals(headerOf(name, content)))
      throw new Error(`${path}: its header is not as dossiers have it, or its CRC-32 is of other bytes`);
    if (!/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(path) || path.includes('..'))
      throw new Error(`${path.slice(0, 80)}: not a path of a dossier`);
    if (files.has(path)) throw new Error(`${path}: is there twice`);
    if (files.size >= mostFiles) throw new Error(`more than ${mostFiles} files`);
    files.set(path, content);
    directory.push(entryOf(name, content, offset));
    offset = start + size;
  }
  const entries = Buffer.concat(directory);
  if (!bytes.subarray(offset).equals(Buffer.concat([entries, endOf(files.size, entries.length, offset)]))) {
    throw new Error('the directory at the end of the archive is not the one of its files');
  }
  return files;
}

function nameAt(bytes, offset) {
  const length = bytes.readUInt16LE(offset + 26);
  return bytes.subarray(offset + 30, offset + 30 + length);
}

/** @source PKWARE APPNOTE.TXT 6.3.10 §4.3.7 */
function headerOf(name, content) {
  return Buffer.concat([Buffer.from('504b03041400', 'hex'), factsOf(name, content), Buffer.alloc(2), name]);
}

/** §4.3.12 */
function entryOf(name, content, offset) {
  const place = Buffer.alloc(16);
  place.writeUInt32LE(offset, 12);
  return Buffer.concat([Buffer.from('504b010214001400', 'hex'), factsOf(name, content), place, name]);
}

/** §4.3.16 */
function endOf(count, size, offset) {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function factsOf(name, content) {
  const facts = Buffer.alloc(22);
  facts.writeUInt16LE(0x0800, 0);
  facts.writeUInt16LE(0x21, 6);
  facts.writeUInt32LE(crcOf(content), 8);
  facts.writeUInt32LE(content.length, 12);
  facts.writeUInt32LE(content.length, 16);
  facts.writeUInt16LE(name.length, 20);
  return facts;
}

/** CRC-32 of ISO 3309, by eight bits at a time. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crcOf(content) {
  let crc = 0xffffffff;
  for (const byte of content) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// signatures
function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws Error when it is no public key in PEM */
function keyOf(pem) {
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) throw new Error('not a public key in PEM');
  return identified(createPublicKey(pem));
}

function identified(key) {
  return { id: sha256(key.export({ format: 'der', type: 'spki' })), key };
}

/** Ed25519 and ML-DSA over the message, ECDSA P-256 in DER and RSA-PSS over its SHA-256: the key decides. */
function isSigned({ key }, message, signature) {
  try {
    const type = key.asymmetricKeyType;
    if (type === 'ec') return verify('sha256', message, key, signature);
    if (type !== 'rsa') return verify(null, message, key, signature);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return verify('sha256', message, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_AUTO }, signature);
  } catch {
    return false;
  }
}

/**
 * Opens a DSSE envelope that at least one of the keys has signed; a bad signature by one of them spoils it, others are
 * passed over.
 * @source DSSE 1.0.2, envelope.md and protocol.md
 * @throws Error
 */
function openEnvelope(bytes, payloadType, keys) {
  const envelope = parseJson(bytes);
  if (at(envelope, 'payloadType') !== payloadType) throw new Error(`not an envelope of ${payloadType}`);
  const payload = fromBase64(textOf(at(envelope, 'payload')));
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  const message = Buffer.concat([Buffer.from(head), payload]);
  const signedBy = listOf(at(envelope, 'signatures')).flatMap((one) => {
    const key = keys.find(({ id }) => id === at(one, 'keyid'));
    if (!key) return [];
    if (isSigned(key, message, fromBase64(textOf(at(one, 'sig'))))) return [key];
    throw new Error(`the signature of ${key.id.slice(0, 16)} is not of these bytes`);
  });
  if (signedBy.length === 0) throw new Error('no key that may has signed it');
  return { payload, signedBy };
}

/** Opens an in-toto statement v1. @throws Error */
function openStatement(bytes, keys) {
  const { payload, signedBy } = openEnvelope(bytes, 'application/vnd.in-toto+json', keys);
  const statement = parseJson(payload);
  if (at(statement, '_type') !== 'https://in-toto.io/Statement/v1') throw new Error('not an in-toto statement v1');
  const subjects = listOf(at(statement, 'subject')).map((one) => textOf(at(one, 'digest', 'sha256')));
  return {
    subjects,
    predicateType: textOf(at(statement, 'predicateType')),
    predicate: at(statement, 'predicate'),
    signedBy,
  };
}

function fromBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Error('not base64 in its one form');
  return bytes;
}

// log
/** A key that notes are signed with: of a log (type 1) or of a witness (type 4). */

/** @source C2SP signed-note, Verifier keys @throws Error */
function readVkey(text) {
  const [, name = '', id = '', body = ''] =
    /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44}={0,2})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(body, 'base64');
  const expected = createHash('sha256').update(`${name}\n`).update(bytes).digest('hex').slice(0, 8);
  if (bytes.length !== 33 || id !== expected) throw new Error('not a verifier key NAME+ID+BASE64');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  return { name, id, type: bytes[0] ?? 0, spki };
}

/**
 * Whether an entry is in a log, by a `.tlog-proof` file.
 * @source C2SP tlog-proof, tlog-checkpoint, tlog-cosignature
 * @throws Error why not
 */
function proveEntry(file, entry, log, witnesses) {
  const end = file.indexOf('\n\n');
  const [head, indexLine = '', ...lines] = file.slice(0, end).split('\n');
  const index = Number(/^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1] ?? -1);
  if (end < 0 || head !== 'c2sp.org/tlog-proof@v1' || index < 0) throw new Error('not a tlog-proof file');
  const { text, cosigned } = openNote(file.slice(end + 2), log, witnesses);
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  if (origin !== log.name || rest.length !== 1) throw new Error('the note is no checkpoint of this log');
  const proof = lines.map((line) => hashFrom(line));
  if (!includes({ index, size: Number(size), proof }, leafOf(entry), hashFrom(root)))
    throw new Error(`entry ${index} of the log is another`);
  return { size: Number(size), origin, witnesses: cosigned };
}

/** @source C2SP signed-note */
function openNote(note, log, witnesses) {
  const divide = note.lastIndexOf('\n\n');
  if (divide < 1 || !note.endsWith('\n')) throw new Error('not a signed note');
  const text = note.slice(0, divide + 1);
  const cosigned = [];
  let isLogged = false;
  for (const line of note.slice(divide + 2, -1).split('\n')) {
    const [, name, body = ''] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
    const bytes = Buffer.from(body, 'base64');
    if (name === undefined || bytes.toString('base64') !== body) throw new Error('a line of the note is no signature');
    const isOf = (key) => key.name === name && key.id === bytes.subarray(0, 4).toString('hex');
    const key = [log, ...witnesses].find(isOf);
    if (!key) continue;
    const signed = key.type === 1 ? Buffer.from(text) : cosignedBytes(text, bytes.subarray(4, 12));
    const signature = bytes.subarray(key.type === 1 ? 4 : 12);
    const spki = createPublicKey({ key: key.spki, format: 'der', type: 'spki' });
    if (!verify(null, signed, spki, signature))
      throw new Error(`the signature of ${name} under the checkpoint is wrong`);
    if (key === log) isLogged = true;
    else cosigned.push(name);
  }
  if (!isLogged) throw new Error('the log has not signed the checkpoint');
  return { text, cosigned };
}

function cosignedBytes(text, time) {
  return Buffer.from(`cosignature/v1\ntime ${time.readBigUInt64BE()}\n${text}`);
}

/** @source RFC 9162 §2.1.3.2 */
function includes(place, leaf, root) {
  let [first, last, hash] = [place.index, place.size - 1, leaf];
  if (!Number.isSafeInteger(last) || first > last || place.proof.length > 63) return false;
  for (const sibling of place.proof) {
    if (last === 0) return false;
    if (first % 2 === 1 || first === last) {
      hash = nodeOf(sibling, hash);
      while (first % 2 === 0 && first !== 0) [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
    } else hash = nodeOf(hash, sibling);
    [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash.equals(root);
}

/** @source RFC 6962 §2.1 */
function leafOf(entry) {
  return createHash('sha256').update(Buffer.of(0)).update(entry).digest();
}

function nodeOf(left, right) {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
}

function hashFrom(base64) {
  const hash = Buffer.from(base64, 'base64');
  if (hash.length !== 32 || hash.toString('base64') !== base64) throw new Error('not a hash in base64');
  return hash;
}

// tuf
/** OLPC canonical JSON, as metadata is signed in. @source TUF 1.0.34 §4.2 */
function canonical(value) {
  if (typeof value === 'string') return `"${value.replace(/[\\"]/g, '\\$&')}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${canonical(name)}:${canonical(member)}`).join(',')}}`;
}

/** Keys of a role as a root or a delegation names them; a key whose id is not its own counts for nothing. */
function roleOf(keys, role) {
  const found = new Map();
  for (const keyid of listOf(at(role, 'keyids')).map(textOf)) {
    const key = at(keys, keyid);
    if (sha256(canonical(key)) !== keyid) continue;
    const text = textOf(at(key, 'keyval', 'public'));
    const der = { format: 'der', type: 'spki' };
    const raw = {
      ed25519: '302a300506032b6570032100',
      'ml-dsa': '30820532300b06096086480165030403110382052100',
    };
    const prefix = raw[textOf(at(key, 'keytype'))];
    try {
      const read =
        prefix === undefined
          ? createPublicKey(text)
          : createPublicKey({ key: Buffer.from(prefix + text, 'hex'), ...der });
      found.set(keyid, identified(read));
    } catch {
      // A key of a kind that this Node does not know signs nothing here.
    }
  }
  return { threshold: Number(at(role, 'threshold')), keys: found };
}

/** @throws Error when fewer than the threshold have signed */
function demandSigned(file, { threshold, keys }, what) {
  const message = Buffer.from(canonical(file.signed));
  const good = new Set();
  for (const one of listOf(file.signatures)) {
    const key = keys.get(textOf(at(one, 'keyid')));
    if (key && isSigned(key, message, Buffer.from(textOf(at(one, 'sig')), 'hex'))) good.add(key.id);
  }
  if (threshold >= 1 && good.size >= threshold) return;
  throw new Error(`${what}: expected ${threshold} good signatures, found ${good.size}`);
}

/**
 * Follows the metadata of the image repository from its first root to the targets of a fleet. That it has expired since is
 * no fault: a dossier is kept for years.
 * @source TUF 1.0.34 §5.3 to §5.6
 * @throws Error
 */
function followChain(files, fleet) {
  const named = [...files.keys()].filter((path) => path.startsWith('metadata/'));
  const newest = (role) =>
    Math.max(
      0,
      ...named.flatMap((path) =>
        Number(new RegExp(`^metadata/(\\d+)\\.${role.replace(/\./g, '\\.')}\\.json$`).exec(path)?.[1] ?? 0),
      ),
    );
  const read = (role, version) => {
    const bytes = files.get(`metadata/${version}.${role}.json`);
    if (!bytes) throw new Error(`metadata/${version}.${role}.json is missing`);
    const file = fieldsOf(parseJson(bytes));
    const type = ['root', 'targets', 'snapshot', 'timestamp'].includes(role) ? role : 'targets';
    if (at(file.signed, '_type') !== type || at(file.signed, 'version') !== version)
      throw new Error(`metadata/${version}.${role}.json says it is another`);
    return file;
  };
  let root = read('root', 1);
  demandSigned(root, roleOf(at(root.signed, 'keys'), at(root.signed, 'roles', 'root')), 'root 1');
  for (let version = 2; version <= newest('root'); version++) {
    const next = read('root', version);
    for (const by of [root, next])
      demandSigned(next, roleOf(at(by.signed, 'keys'), at(by.signed, 'roles', 'root')), `root ${version}`);
    root = next;
  }
  const roleIn = (role) => roleOf(at(root.signed, 'keys'), at(root.signed, 'roles', role));
  const timestamp = read('timestamp', newest('timestamp'));
  demandSigned(timestamp, roleIn('timestamp'), 'timestamp');
  const follow = (list, role, by) => {
    const meta = at(list.signed, 'meta', `${role}.json`);
    const version = Number(at(meta, 'version'));
    const file = read(role, version);
    const digest = at(meta, 'hashes', 'sha256');
    if (digest !== undefined && digest !== sha256(files.get(`metadata/${version}.${role}.json`) ?? ''))
      throw new Error(`metadata/${version}.${role}.json has another digest than is listed`);
    demandSigned(file, by, role);
    return file;
  };
  const snapshot = follow(timestamp, 'snapshot', roleIn('snapshot'));
  const top = follow(snapshot, 'targets', roleIn('targets'));
  const delegation = listOf(at(top.signed, 'delegations', 'roles')).find((one) => at(one, 'name') === fleet);
  if (!delegation) throw new Error(`the top-level targets delegate nothing to ${fleet}`);
  const own = follow(snapshot, fleet, roleOf(at(top.signed, 'delegations', 'keys'), delegation));
  const targets = Object.entries(fieldsOf(at(own.signed, 'targets'))).map(([path, one]) => {
    return [
      path,
      { sha256: textOf(at(one, 'hashes', 'sha256')), length: Number(at(one, 'length')), custom: at(one, 'custom') },
    ];
  });
  return {
    firstRoot: sha256(files.get('metadata/1.root.json') ?? ''),
    targets: new Map(targets.filter(([path]) => path.startsWith(`${fleet}/`))),
  };
}

// pins
/** What a reader trusts already, each for one use: what is given for one counts for no other, wherever it turns up. */

/** The same, read. */

/** @throws Error what was expected of which of them */
function readPins({ evidenceKeys, releaseKeys, waiverKeys, vkeys = [], root }) {
  if (root !== undefined && !/^[0-9a-f]{64}$/.test(root)) throw new Error('the root: expected 64 hexadecimal digits');
  const notes = vkeys.map(readVkey);
  const stray = notes.find(({ type }) => type !== 1 && type !== 4);
  if (stray) throw new Error(`the vkey of ${stray.name} is neither of a log (type 1) nor of a witness (type 4)`);
  return {
    evidence: keysOf('evidence key', evidenceKeys),
    release: keysOf('release key', releaseKeys),
    waiver: keysOf('waiver key', waiverKeys),
    logs: notes.filter(({ type }) => type === 1),
    witnesses: notes.filter(({ type }) => type === 4),
    root,
  };
}

function keysOf(use, pems = []) {
  return pems.map((pem) => {
    try {
      return keyOf(pem);
    } catch {
      throw new Error(`the ${use} that was given is not a public key in PEM`);
    }
  });
}

// context
/** What rules look at. */

/** @throws Error when it is missing */
function fileIn(files, path) {
  const bytes = files.get(path);
  if (bytes) return bytes;
  throw new Error(`${path} is missing`);
}

function jsonIn(files, path) {
  return parseJson(fileIn(files, path));
}

// rules-sums
const sumsFile = 'SHA256SUMS';
const sealFile = 'SHA256SUMS.dsse.json';

/** Every file is listed with its digest, nothing else is listed, and the evidence key has signed the list. */
function checkSums(files, report, keys) {
  report.rule('sums', sumsFile, (refuse) => {
    const listed = new Map();
    for (const line of Buffer.from(fileIn(files, sumsFile)).toString('utf8').split('\n').slice(0, -1)) {
      const [, digest, path] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
      if (digest === undefined || path === undefined || listed.has(path)) throw new Error('a line is not DIGEST  PATH');
      listed.set(path, digest);
    }
    for (const [path, bytes] of files) {
      if (path === sumsFile || path === sealFile) continue;
      if (!listed.has(path)) refuse('it is not listed in SHA256SUMS', path);
      else if (listed.get(path) !== sha256(bytes)) refuse('its bytes are not those that SHA256SUMS lists', path);
    }
    for (const path of listed.keys()) if (!files.has(path)) refuse('it is listed in SHA256SUMS but not there', path);
    return `${listed.size} files`;
  });
  report.rule('seal', sealFile, (refuse) => {
    const { subjects, predicateType } = openStatement(fileIn(files, sealFile), keys);
    if (predicateType !== 'https://fettle.dev/dossier/v1') refuse('it is no seal of a dossier');
    if (subjects.length !== 1 || subjects[0] !== sha256(fileIn(files, sumsFile)))
      refuse('the list is another than was sealed', sumsFile);
    return 'the evidence key has signed the list of files';
  });
}

// rules-release
const manifestFile = 'manifests/manifest.json';

/** The manifest is the one that everything else names, and devices had reason to believe it. */
function checkRelease(context) {
  const { files, report, dossier } = context;
  report.rule('manifest', manifestFile, (refuse) => {
    const manifest = jsonIn(files, manifestFile);
    if (sha256(fileIn(files, manifestFile)) !== at(dossier, 'manifest'))
      refuse('it is not the manifest that dossier.json names');
    for (const name of ['fleet', 'version', 'counter'])
      if (at(manifest, name) !== at(dossier, name)) refuse(`${name} is another than in dossier.json`);
    const told = listOf(at(dossier, 'artifacts'));
    if (!sameValue(at(manifest, 'artifacts'), told))
      refuse('its artifacts are others than in dossier.json', 'dossier.json');
    return `${told.length} artifacts`;
  });
  if (at(dossier, 'way') === 'targets') checkTargets(context);
  else checkEnvelope(context);
}

function checkEnvelope({ files, report, pins, releaseKeys }) {
  if (pins.release.length === 0)
    report.lack('NO RELEASE KEY WAS PINNED: who may sign manifests is what the dossier says. Give --release-key.');
  const file = 'manifests/manifest.dsse.json';
  report.rule('manifest-signature', file, (refuse) => {
    const { payload, signedBy } = openEnvelope(
      fileIn(files, file),
      'application/vnd.fettle.manifest+json',
      releaseKeys,
    );
    if (!sameValue(parseJson(payload), jsonIn(files, manifestFile))) refuse('what is signed is not manifest.json');
    return `signed by ${signedBy.map(({ id }) => id.slice(0, 16)).join(', ')}`;
  });
}

function checkTargets({ files, report, pins: { root }, dossier }) {
  report.rule('tuf', 'metadata/', (refuse) => {
    const fleet = textOf(at(dossier, 'fleet'));
    const { firstRoot, targets } = followChain(files, fleet);
    if (root === undefined)
      report.lack(`NO ROOT WAS PINNED: the first root is believed as it is, SHA-256 ${firstRoot}. Give --root.`);
    else if (root !== firstRoot) refuse(`the first root is ${firstRoot}, expected ${root}`, 'metadata/1.root.json');
    const version = at(dossier, 'version');
    const own = [...targets.values()].filter((one) => JSON.stringify(one.custom).includes(JSON.stringify(version)));
    const artifacts = listOf(at(dossier, 'artifacts'));
    for (const one of artifacts) {
      if (!own.some(({ sha256: digest, length }) => digest === at(one, 'sha256') && length === at(one, 'sizeBytes'))) {
        refuse(`the targets of ${fleet} have no such file: ${textOf(at(one, 'sha256'))}`, manifestFile);
      }
    }
    return `${artifacts.length} artifacts are targets of ${fleet}`;
  });
}

// rules-audit
const file = 'audit/events.json';

/** What stands where something was erased. */
const erasedTexts = { actor: 'operator:[erased]', reason: '[erased]' };

/**
 * Every event is in the log and says what its entry commits to. With a pinned log nothing else counts for the rules that
 * follow: an event without a proof is what the holder of the evidence key says. With pinned witnesses, one of them has to
 * have seen the checkpoint of the event too: the holder of the log's key may have a second log for dossiers.
 */
function checkLog({ files, report, pins, log, events }) {
  const isPinned = pins.logs.length > 0;
  if (!isPinned)
    report.lack(
      'NO LOG WAS PINNED: who published, checked, approved and rolled out, and when, is what the holder of the evidence key says, and may be made up. Give --vkey.',
    );
  report.rule('log', file, (refuse) => {
    const told = listOf(jsonIn(files, file));
    let [older, alone, erased] = [0, 0, 0];
    const cosigners = new Set();
    for (const one of told) {
      const isProven = at(one, 'proof') !== null;
      if (isProven && !log) refuse('there is no key of the log', 'keys/log.vkey');
      const cosigned = isProven && log ? checkEvent(one, log, pins.witnesses) : [];
      for (const name of cosigned) cosigners.add(name);
      const isSeen = pins.witnesses.length === 0 || cosigned.length > 0;
      if (!isProven) older++;
      else if (!isSeen) alone++;
      if (isProven ? isSeen : !isPinned) events.push(at(one, 'event'));
      if (Object.entries(erasedTexts).some(([name, text]) => at(one, 'event', name) === text)) erased++;
    }
    const counting = isPinned ? ': they count for nothing' : '';
    if (older > 0) report.note(`${older} events are in an earlier log and not proven here${counting}`);
    if (alone > 0)
      report.note(`no witness that was named has cosigned the proof of ${alone} events: they count for nothing`);
    if (erased > 0) report.note(`of ${erased} events the actor or the reason was erased: they show no more who or why`);
    if (pins.witnesses.length > 0 && cosigners.size === 0) refuse('no witness whose key was given has cosigned');
    return `${told.length - older} events proven, cosigned by ${[...cosigners].join(', ') || 'no witness that was named'}`;
  });
}

/** @returns witnesses who cosigned @throws Error */
function checkEvent(one, log, witnesses) {
  const text = textOf(at(one, 'proof', 'entry'));
  const event = fieldsOf(at(one, 'event'));
  try {
    const proven = proveEntry(textOf(at(one, 'proof', 'inclusion')), text, log, witnesses);
    const entry = fieldsOf(JSON.parse(text));
    for (const name of ['sequence', 'verb', 'object', 'fleet', 'before', 'after']) {
      if (!sameValue(entry[name] ?? null, event[name])) throw new Error(`${name} is another than in the log`);
    }
    if (Date.parse(textOf(entry.ts)) !== event.at) throw new Error('its time is another than in the log');
    openCommitments(entry, event, listOf(at(one, 'proof', 'salts')));
    return proven.witnesses;
  } catch (error) {
    throw new Error(`event ${String(event.sequence)}: ${error instanceof Error ? error.message : 'not readable'}`);
  }
}

/** Actor and reason stand in the log as salted digests; what was erased stays closed. */
function openCommitments(entry, event, salts) {
  const commitments = fieldsOf(at(entry, 'commitments'));
  for (const name of ['actor', 'reason']) {
    const salt = salts.find((one) => at(one, 'field') === name);
    const made = createHash('sha256')
      .update(Buffer.from(textOf(at(salt, 'salt')), 'hex'))
      .update(textOf(event[name]))
      .digest('hex');
    const isErased = commitments[name] !== undefined && salt === undefined && event[name] === erasedTexts[name];
    if (commitments[name] !== undefined && !isErased && commitments[name] !== made)
      throw new Error(`${name} is another than in the log`);
    if (name === 'reason' && commitments[name] === undefined && event[name] !== '')
      throw new Error('the log has no reason');
    if (name === 'actor' && commitments[name] === undefined) {
      const { kind, id } = fieldsOf(at(entry, 'actor'));
      if (event.actor !== (id === undefined ? kind : `${textOf(kind)}:${textOf(id)}`))
        throw new Error('actor is another than in the log');
    }
  }
}

// rules-policy
const policyFile = 'gates/policy.json';
const clearanceFile = 'gates/clearance.json';

/**
 * The policy that the release is held against is here: the one that cleared it, or where no check did, the one of the fleet.
 * Where none is named, nothing was demanded, and that is told.
 */
function checkPolicy({ files, report, dossier }) {
  const named = at(dossier, 'policy');
  report.rule('policy', policyFile, (refuse) => {
    const isCleared = at(dossier, 'check') !== null;
    if (!isCleared && files.has(clearanceFile)) refuse('dossier.json names no check', clearanceFile);
    if (named === null) {
      if (isCleared) refuse('dossier.json names a check, but no policy', 'dossier.json');
      if (files.has(policyFile)) refuse('dossier.json names no policy');
      report.note('NO POLICY: nothing was demanded of this release, neither of gates nor of people');
      return 'none';
    }
    if (sha256(fileIn(files, policyFile)) !== named) refuse('it is not the policy that dossier.json names');
    const stages = namesIn(jsonIn(files, policyFile));
    if (!isCleared) {
      report.note(
        'NEVER CHECKED: no gate has cleared this release; its policy is the one of the fleet, which came later',
      );
      return `${stages.length} stages`;
    }
    const clearance = jsonIn(files, clearanceFile);
    if (at(clearance, 'policyDigest') !== named) refuse('it is by another policy', clearanceFile);
    const cleared = namesIn(clearance);
    for (const name of stages) if (!cleared.includes(name)) refuse(`it leaves out the stage ${name}`, clearanceFile);
    if (at(dossier, 'fleetPolicy') !== named)
      report.note('the fleet has another policy by now, or none: all is held against the one that cleared the release');
    return `${stages.length} stages`;
  });
}

function namesIn(judged) {
  return listOf(at(judged, 'stages')).map((stage) => textOf(at(stage, 'stage')));
}

// rules-evidence
/** Statements are signed, speak of these artifacts, and the verdict over all follows from them and the policy. */
function checkEvidence(context) {
  const { files, report, dossier, statements, evidenceKeys } = context;
  const artifacts = new Set(listOf(at(dossier, 'artifacts')).map((one) => textOf(at(one, 'sha256'))));
  const entries = listOf(at(dossier, 'evidence'));
  for (const entry of entries.filter((one) => ['statement', 'summary'].includes(textOf(at(one, 'kind'))))) {
    const file = textOf(at(entry, 'file'));
    // The same statement may stand for two places of the same bytes.
    if (statements.has(file)) continue;
    report.rule('statement', file, (refuse) => {
      const statement = openStatement(fileIn(files, file), evidenceKeys);
      const isOwn = statement.subjects.length > 0 && statement.subjects.every((digest) => artifacts.has(digest));
      if (!isOwn) refuse('it speaks of an artifact that is not of this release');
      statements.set(file, statement);
      return `${statement.predicateType} of ${file}`;
    });
  }
  const summary = entries.find((one) => at(one, 'kind') === 'summary');
  if (summary) checkSummary(context, textOf(at(summary, 'file')));
  else if (at(dossier, 'check') !== null) {
    report.rule('summary', 'dossier.json', (refuse) => {
      refuse('a check cleared the release, but no signed summary of it is here');
      return '';
    });
  }
  checkWaivers(context);
}

function checkSummary({ files, report, dossier, statements, events }, file) {
  report.rule('summary', file, (refuse) => {
    const predicate = statements.get(file)?.predicate;
    if (!predicate) throw new Error('it was not opened');
    const present = new Set([...files.values()].map((bytes) => sha256(bytes)));
    for (const input of listOf(at(predicate, 'inputAttestations'))) {
      const digest = textOf(at(input, 'digest', 'sha256'));
      if (!present.has(digest)) refuse(`it rests on the statement ${digest}, which is not here`);
    }
    const judgedBy = textOf(at(predicate, 'policy', 'digest', 'sha256'));
    if (!present.has(judgedBy)) refuse(`it rests on the policy ${judgedBy}, which is not here`);
    const clearance = jsonIn(files, 'gates/clearance.json');
    if (at(clearance, 'check') !== at(dossier, 'check')) refuse('it is of another check', 'gates/clearance.json');
    const isSame = judgedBy === at(dossier, 'policy') && sameValue(at(predicate, 'stages'), at(clearance, 'stages'));
    if (!isSame) {
      const release = `release/${textOf(at(dossier, 'release'))}`;
      if (!events.some((one) => at(one, 'verb') === 'release.rejudged' && at(one, 'object') === release))
        refuse('the log does not tell that it was judged anew, but the summary says otherwise', 'gates/clearance.json');
      report.note(
        'the release was judged anew after the summary was signed: see release.rejudged in audit/events.json',
      );
    }
    const stages = listOf(at(clearance, 'stages'));
    const demanded = listOf(at(jsonIn(files, policyFile), 'stages'));
    for (const stage of stages) checkStage(stage, demanded, (why) => refuse(why, 'gates/clearance.json'));
    const passed = stages.filter((stage) => at(stage, 'verdict') === 'pass').map((stage) => textOf(at(stage, 'stage')));
    const result = at(predicate, 'verificationResult');
    if (isSame && result !== (passed.length > 0 ? 'PASSED' : 'FAILED'))
      refuse(`it says ${String(result)}, its stages say otherwise`);
    return `cleared for ${passed.join(', ') || 'no stage'}`;
  });
}

/** A stage passes only when every gate that its policy demands is there and passes. */
function checkStage(stage, demanded, refuse) {
  const name = textOf(at(stage, 'stage'));
  const gates = listOf(at(stage, 'gates'));
  const policy = demanded.find((one) => at(one, 'stage') === name);
  if (!policy) refuse(`the policy has no stage ${name}`);
  const lacking = listOf(at(policy, 'demands')).filter(
    (one) => !gates.some((gate) => at(gate, 'gate') === at(one, 'gate') && at(gate, 'verdict') === 'pass'),
  );
  if ((at(stage, 'verdict') === 'pass') !== (lacking.length === 0))
    refuse(`${name} is said to ${textOf(at(stage, 'verdict'))}, its gates say otherwise`);
}

/** Exceptions that a signed summary rests on are here and signed by enough of the policy's keys. */
function checkWaivers({ files, report, pins, statements, dossier }) {
  const used = new Map(
    [...statements.values()].flatMap(({ predicate }) =>
      listOf(at(predicate, 'waivers')).map((told) => [textOf(at(told, 'sha256')), { told, predicate }]),
    ),
  );
  if (used.size === 0) return;
  if (pins.waiver.length === 0)
    report.lack(
      `NO WAIVER KEY WAS PINNED: the verdict may rest on ${used.size} exceptions, signed by keys that only the policy names. Give --waiver-key.`,
    );
  const there = new Map([...files].map(([path, bytes]) => [sha256(bytes), path]));
  for (const [digest, { told, predicate: summary }] of used) {
    const file = there.get(digest);
    if (file === undefined) {
      report.note(`waiver ${digest.slice(0, 16)}, which the summary names, was revoked since or is not here`);
      continue;
    }
    report.rule('waiver', file, (refuse) => {
      // The policy of that time: the release may have been judged by another since.
      const judgedBy = textOf(at(summary, 'policy', 'digest', 'sha256'));
      const waivers = at(jsonIn(files, there.get(judgedBy) ?? policyFile), 'waivers');
      const { predicate, signedBy } = openStatement(fileIn(files, file), waiverKeys(waivers, pins.waiver));
      const threshold = Number(at(waivers, 'threshold'));
      // A threshold that is no number demands more than there are.
      if (!(new Set(signedBy.map(({ id }) => id)).size >= threshold))
        refuse(`fewer than ${threshold} keys of the policy have signed it`);
      if (at(predicate, 'fleet') !== at(dossier, 'fleet')) refuse('it is of another fleet');
      for (const name of ['gate', 'rule', 'reason', 'author'])
        if (!sameValue(fieldsOf(predicate)[name], at(told, name))) refuse(`${name} is another than the summary tells`);
      return `${textOf(at(predicate, 'gate'))}/${textOf(at(predicate, 'rule'))}`;
    });
  }
}

/** Keys that the policy lets sign exceptions; of these only pinned ones, as soon as any is pinned. */
function waiverKeys(waivers, pinned) {
  const named = listOf(at(waivers, 'keys')).map((pem) => keyOf(textOf(pem)));
  return pinned.length === 0 ? named : named.filter(({ id }) => pinned.some((key) => key.id === id));
}

// rules-judged
const ranks = ['pass', 'inconclusive', 'fail'];

/**
 * Whether a stage stands worse today than it was shown to whoever signed: a verdict, a serious finding or a waiver that
 * was not there, a gate that is demanded no more. What says nothing that can be understood is worse.
 */
function isWorse(shown, today, stage) {
  const [then, now] = [stageIn(shown, stage), stageIn(today, stage)];
  if (then === undefined || now === undefined) return true;
  const demanded = gatesOf(now);
  if (gatesOf(then).some((one) => !demanded.some((gate) => at(gate, 'gate') === at(one, 'gate')))) return true;
  return demanded.some((one) => {
    const gate = at(one, 'gate');
    const before = gatesOf(then).find((other) => at(other, 'gate') === gate);
    if (rankOf(one) > (before === undefined ? 0 : rankOf(before))) return true;
    const [had, has] = [findingsIn(shown, gate), findingsIn(today, gate)];
    const isNew = (name) => listOf(at(has, name)).some((print) => !listOf(at(had, name)).includes(print));
    return isNew('open') || isNew('waived') || Number(at(has, 'openCount') ?? 0) > Number(at(had, 'openCount') ?? 0);
  });
}

function stageIn(judgement, stage) {
  return listOf(at(judgement, 'stages')).find((one) => at(one, 'stage') === stage);
}

function gatesOf(stage) {
  return listOf(at(stage, 'gates'));
}

function rankOf(gate) {
  const rank = ranks.indexOf(textOf(at(gate, 'verdict')));
  return rank < 0 ? ranks.length : rank;
}

function findingsIn(judgement, gate) {
  return listOf(at(judgement, 'findings')).find((one) => at(one, 'gate') === gate);
}

// rules-people
/** Approvals are signed, of this manifest, of people who did not publish it, and as many as the policy demands. */
function checkApprovals(context) {
  const { files, report, dossier } = context;
  const valid = listOf(at(dossier, 'approvals')).filter((one) => checkApproval(context, one));
  report.rule('approvals', 'dossier.json', (refuse) => {
    const started = new Set(
      listOf(at(dossier, 'rollouts'))
        .map((one) => jsonIn(files, textOf(at(one, 'file'))))
        .filter((one) => at(one, 'startedAt') !== null)
        .map((one) => at(one, 'group')),
    );
    const stages = at(dossier, 'policy') === null ? [] : listOf(at(jsonIn(files, policyFile), 'stages'));
    const told = stages.map((stage, i) => {
      const lacking = listOf(at(stage, 'approvals')).filter(
        (demand) => countOf(demand, standing(context, valid, textOf(at(stage, 'stage')))) < Number(at(demand, 'count')),
      );
      const words = lacking.map((one) => `${textOf(at(one, 'meaning'))} by ${textOf(at(one, 'role'))}`).join(', ');
      const isOf = (group) =>
        listOf(at(stage, 'groups')).includes(group) ||
        (i === stages.length - 1 && !stages.some((one) => listOf(at(one, 'groups')).includes(group)));
      const late = [...started].filter(isOf);
      const name = textOf(at(stage, 'stage'));
      if (words !== '' && late.length > 0)
        report.note(
          `${name} lacks ${words}, and rollouts to ${late.join(', ')} have started: devices are held until they are there, but for those that started before data named something new under a policy that only alerts`,
        );
      return `${name} ${words === '' ? 'complete' : `lacks ${words}`}`;
    });
    const people = valid.map((one) => textOf(at(one, 'person')));
    const own = actorsOf(context.events).filter((actor) => people.some((id) => actor === `person:${id}`));
    if (own.length > 0) refuse(`${own.join(', ')} approved a release of their own`);
    return told.join('; ') || 'none demanded';
  });
}

/** Of the approvals those that count for a stage: of today's check, and nothing is worse than it was shown. */
function standing({ files, dossier }, approvals, stage) {
  return approvals.filter((one) => {
    if (at(one, 'check') !== at(dossier, 'check')) return false;
    // From before it was kept what was shown.
    if (at(one, 'judged') === undefined) return true;
    if (listOf(at(one, 'void')).some((lost) => at(lost, 'stage') === stage)) return false;
    return !isWorse(jsonIn(files, textOf(at(one, 'judgedFile'))), jsonIn(files, 'gates/judged.json'), stage);
  });
}

function countOf(demand, approvals) {
  const fits = approvals.filter(
    (one) => at(one, 'meaning') === at(demand, 'meaning') && at(one, 'role') === at(demand, 'role'),
  );
  return new Set(fits.map((one) => at(one, 'person'))).size;
}

/** Who published the release and who had it checked. */
function actorsOf(events) {
  const acts = ['release.published', 'check.requested'];
  return events.filter((event) => acts.includes(textOf(at(event, 'verb')))).map((event) => textOf(at(event, 'actor')));
}

function checkApproval({ files, report, dossier, evidenceKeys }, told) {
  const file = textOf(at(told, 'file'));
  const before = report.refusals.length;
  report.rule('approval', file, (refuse) => {
    const bytes = fileIn(files, file);
    if (sha256(bytes) !== at(told, 'evidence')) refuse('it is not the statement that dossier.json names');
    const { subjects, predicate, predicateType } = openStatement(bytes, evidenceKeys);
    if (predicateType !== 'https://fettle.dev/approval/v1') refuse('it is no approval');
    if (subjects[0] !== at(dossier, 'manifest') || at(predicate, 'manifest', 'sha256') !== at(dossier, 'manifest'))
      refuse('it is of another manifest');
    for (const name of ['meaning', 'role', 'reason', 'method', 'check'])
      if (at(predicate, name) !== at(told, name)) refuse(`${name} is another than dossier.json tells`);
    if (textOf(at(predicate, 'judged', 'sha256')) !== textOf(at(told, 'judged')))
      refuse('it was given on another judgement than dossier.json tells');
    if (
      at(told, 'judged') !== undefined &&
      sha256(fileIn(files, textOf(at(told, 'judgedFile')))) !== at(told, 'judged')
    )
      refuse('what was shown is not what was signed', textOf(at(told, 'judgedFile')));
    if (
      at(predicate, 'person', 'id') !== at(told, 'person') ||
      at(predicate, 'person', 'fullName') !== at(told, 'fullName')
    )
      refuse('it is of another person than dossier.json tells');
    if (Date.parse(textOf(at(predicate, 'signedAt'))) !== at(told, 'at'))
      refuse('its time is another than dossier.json tells');
    if (at(predicate, 'method') === 'key') openStatement(bytes, [keyOf(textOf(at(predicate, 'key', 'publicKeyPem')))]);
    return `${textOf(at(told, 'meaning'))} by ${textOf(at(told, 'fullName'))}`;
  });
  return report.refusals.length === before;
}

// rules-acts
const erased = '[erased]';

/** The acts that a dossier rests on are among the events that count, and are of this release. */
function checkActs(context) {
  const { report, dossier } = context;
  report.rule('acts', 'audit/events.json', (refuse) => {
    checkPublication(context, refuse);
    if (at(dossier, 'check') !== null) checkChecked(context, refuse);
    const policy = at(dossier, 'policy');
    const isInForce = actsOn(context, 'fleet.policy-changed', `fleet/${textOf(at(dossier, 'fleet'))}`);
    if (policy !== null && !isInForce.some((event) => at(event, 'after') === policy))
      refuse('the log does not tell that the policy was ever in force which the release is held against');
    checkSigned(context, refuse);
    const wasRevoked = actsOn(context, 'release.revoked', releaseOf(context)).length > 0;
    if (wasRevoked !== (at(dossier, 'status') === 'revoked'))
      refuse('the log and dossier.json differ on whether it was revoked');
    const rollouts = listOf(at(dossier, 'rollouts'));
    for (const id of rollouts.map((one) => textOf(at(one, 'id'))))
      if (actsOn(context, 'rollout.created', `rollout/${id}`).length === 0)
        refuse(`the log does not tell that anybody made the rollout ${id}`);
    const approvals = listOf(at(dossier, 'approvals')).length;
    return `published, ${approvals} approvals, ${rollouts.length} rollouts`;
  });
}

/** Events of a kind about an object, oldest first. */
function actsOn({ events }, verb, object) {
  return events
    .filter((event) => at(event, 'verb') === verb && at(event, 'object') === object)
    .sort((a, b) => Number(at(a, 'sequence')) - Number(at(b, 'sequence')));
}

function releaseOf({ dossier }) {
  return `release/${textOf(at(dossier, 'release'))}`;
}

/** Published was this manifest: its envelope, or under the image repository its version and counter. */
function checkPublication(context, refuse) {
  const { files, dossier } = context;
  const [published] = actsOn(context, 'release.published', releaseOf(context));
  if (!published) {
    refuse('the log does not tell that anybody published the release');
    return;
  }
  const isEnvelope = () => at(published, 'after') === sha256(fileIn(files, 'manifests/manifest.dsse.json'));
  const reason = textOf(at(published, 'reason'));
  const words = `version ${textOf(at(dossier, 'version'))}, counter ${String(at(dossier, 'counter'))}, `;
  const isOwn = (reason === erased || reason.startsWith(words)) && (at(dossier, 'way') === 'targets' || isEnvelope());
  if (!isOwn || at(published, 'fleet') !== at(dossier, 'fleet'))
    refuse('what the log tells to have been published is another manifest');
  checkClearedBy(context, reason === erased ? undefined : reason.slice(words.length), refuse);
}

/** The check that the log names with the publication, or one that came after it where there was none. */
function checkClearedBy(context, words, refuse) {
  const check = at(context.dossier, 'check');
  if (words === undefined) {
    if (check === null)
      refuse('what the log told of the publication was erased: that no check was demanded is not shown');
    return;
  }
  const isLater = actsOn(context, 'release.rejudged', releaseOf(context)).length > 0;
  const possible = [
    `cleared by ${check === null ? 'no check' : textOf(check)}, `,
    ...(isLater ? ['cleared by no check, '] : []),
  ];
  if (!possible.some((one) => words.startsWith(one)))
    refuse('the log tells that another check cleared it at its publication, or none');
}

/** The check that cleared it was of these artifacts: somebody asked for it, and it came to its end. */
function checkChecked(context, refuse) {
  const { files, dossier } = context;
  const id = textOf(at(dossier, 'check'));
  const check = jsonIn(files, 'gates/check.json');
  const texts = (list, ...names) =>
    listOf(list)
      .map((one) => names.map((name) => textOf(at(one, name))).join('/'))
      .sort();
  const subject = {
    fleet: at(dossier, 'fleet'),
    version: at(dossier, 'version'),
    artifacts: texts(at(dossier, 'artifacts'), 'deviceType', 'component', 'sha256'),
    supplied: texts(at(check, 'supplied'), 'kind', 'digest'),
  };
  const digest = sha256(JSON.stringify(subject));
  for (const verb of ['check.requested', 'check.done'])
    if (!actsOn(context, verb, `check/${id}`).some((event) => at(event, 'after') === digest))
      refuse(`the log does not tell of ${verb} by ${id} for these artifacts`);
}

/** Approvals are those that the log tells of and that nobody took back: no more, no fewer. */
function checkSigned(context, refuse) {
  const stands = new Map();
  const acts = ['release.approved', 'release.approval-withdrawn']
    .flatMap((verb) => actsOn(context, verb, releaseOf(context)))
    .sort((a, b) => Number(at(a, 'sequence')) - Number(at(b, 'sequence')));
  for (const event of acts) {
    if (at(event, 'verb') === 'release.approved') stands.set(textOf(at(event, 'after')), at(event, 'actor'));
    else stands.delete(textOf(at(event, 'before')));
  }
  for (const one of listOf(at(context.dossier, 'approvals'))) {
    const evidence = textOf(at(one, 'evidence'));
    const file = textOf(at(one, 'file'));
    if (!stands.has(evidence)) refuse(`the log does not tell of the approval ${file}, or tells that it was withdrawn`);
    else if (stands.get(evidence) !== `person:${textOf(at(one, 'person'))}`)
      refuse(`the log tells of the approval ${file} by somebody else`);
    stands.delete(evidence);
  }
  for (const evidence of stands.keys())
    refuse(`the log tells of the approval ${evidence.slice(0, 16)}, which is not here and which nobody withdrew`);
}

// verify-dossier
/**
 * Whether a dossier holds: its files, every signature, digests across files, the way to the audit log's checkpoint, and
 * approvals by the policy. Needs nothing but its arguments.
 * @param zip the archive
 * @throws Error when what is pinned cannot be read
 */
function verifyDossier(zip, options = {}) {
  const pins = readPins(options);
  const report = new Report();
  let about = 'nothing that could be read';
  let files = new Map();
  report.rule('archive', 'archive', () => {
    files = readZip(zip);
    return `${files.size} files`;
  });
  if (report.refusals.length === 0) {
    report.rule('contents', 'dossier.json', (refuse) => {
      const evidenceKeys = keysFor(files, pins.evidence, (path) => path === 'keys/evidence.pub.pem');
      checkSums(files, report, evidenceKeys);
      // What is not as it was sealed is not worth reading.
      if (report.refusals.length > 0) return 'not read';
      const dossier = jsonIn(files, 'dossier.json');
      if (at(dossier, 'format') !== 'fettle-dossier/1') refuse('it is of a format that this verifier does not know');
      about = `${textOf(at(dossier, 'fleet'))} ${textOf(at(dossier, 'version'))}`;
      if (at(dossier, 'verifier', 'sha256') !== sha256(fileIn(files, 'verify/verify.mjs')))
        refuse('it is not the verifier that dossier.json names', 'verify/verify.mjs');
      const context = contextOf(files, { report, dossier, pins, evidenceKeys });
      // What the log proves comes first: the rules after it rest on it.
      for (const check of [checkRelease, checkLog, checkPolicy, checkEvidence, checkApprovals, checkActs])
        check(context);
      return 'dossier.json names what is here';
    });
  }
  const { refusals, unpinned, notes, passed } = report;
  const verdict = refusals.length > 0 ? 'refused' : unpinned.length > 0 ? 'unpinned' : 'accepted';
  return { ok: verdict === 'accepted', verdict, about, refusals, unpinned, notes, passed };
}

function contextOf(files, { report, dossier, pins, evidenceKeys }) {
  if (pins.evidence.length === 0)
    report.lack(
      'NO EVIDENCE KEY WAS PINNED: it shows that nothing was changed since it was sealed, not who sealed it. Give --evidence-key.',
    );
  return {
    ...{ files, report, dossier, pins, evidenceKeys, statements: new Map(), events: [] },
    releaseKeys: keysFor(files, pins.release, (path) => path.startsWith('keys/release-')),
    log: logKey(files, pins),
  };
}

/** Keys that were pinned for a use; where none was, those that the dossier brings for it. */
function keysFor(files, pinned, isOfUse) {
  if (pinned.length > 0) return pinned;
  return [...files].filter(([path]) => isOfUse(path)).map(([path, bytes]) => keyIn(path, bytes));
}

function keyIn(path, bytes) {
  try {
    return keyOf(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new Error(`${path} is not a public key in PEM`);
  }
}

/** Of several pinned logs the one that the dossier names. */
function logKey(files, { logs }) {
  const bytes = files.get('keys/log.vkey');
  const inside = bytes && readVkey(Buffer.from(bytes).toString('utf8'));
  return logs.length > 0 ? (logs.find(({ name }) => name === inside?.name) ?? logs[0]) : inside;
}

// main
const usage = `usage: node verify.mjs DOSSIER.zip [--evidence-key PUBLIC.pem]... [--release-key PUBLIC.pem]...
         [--waiver-key PUBLIC.pem]... [--vkey NAME+ID+BASE64]... [--root SHA256] [--json]
Accepted is what rests on keys that you give, each for its use: the evidence key, a release key (or the root), the log's vkey,
and a waiver key where waivers were used.
exit code 0: accepted; 1: refused; 2: not called as it should be; 3: consistent, but keys are lacking that it rests on`;

const exitCodes = { accepted: 0, refused: 1, unpinned: 3 };

/** The verifier as a program: what it is told, what it says, and its exit code. */
function runVerifier(args) {
  try {
    const { file, json, options } = argumentsOf(args);
    const own = createHash('sha256')
      .update(readFileSync(fileURLToPath(import.meta.url)))
      .digest('hex');
    const verdict = verifyDossier(readFileSync(file), options);
    if (json) process.stdout.write(`${JSON.stringify({ ...verdict, verifier: own }, null, 2)}\n`);
    else {
      const lines = [
        `verifier ${own}`,
        ...verdict.passed.map((one) => `  holds    ${one}`),
        ...verdict.notes.map((one) => `  NOTE     ${one}`),
        ...verdict.unpinned.map((one) => `  UNPINNED ${one}`),
        ...verdict.refusals.map(({ file: where, rule, why }) => `  REFUSED  ${where} by ${rule}: ${why}`),
        `${verdict.verdict.toUpperCase()}: ${verdict.about}`,
      ];
      process.stdout.write(`${lines.map(printable).join('\n')}\n`);
    }
    return exitCodes[verdict.verdict];
  } catch (error) {
    process.stderr.write(`${printable(error instanceof Error ? error.message : 'not readable')}\n${usage}\n`);
    return 2;
  }
}

/** @throws Error what is wrong with them */
function argumentsOf(args) {
  const given = new Map(
    ['--evidence-key', '--release-key', '--waiver-key', '--vkey', '--root'].map((name) => [name, []]),
  );
  const files = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    const values = given.get(word);
    if (values) values.push(valueAfter(args, i++));
    else if (word === '--key')
      throw new Error('a key counts for one use: give it as --evidence-key, --release-key or --waiver-key');
    else if (!word.startsWith('-')) files.push(word);
    else if (word !== '--json') throw new Error(`there is no option ${word}`);
  }
  const valuesOf = (name) => given.get(name) ?? [];
  const pemsOf = (name) => valuesOf(name).map((path) => readFileSync(path, 'utf8'));
  const [file, ...more] = files;
  const roots = valuesOf('--root');
  if (file === undefined || more.length > 0 || roots.length > 1) throw new Error('expected one dossier and one root');
  const options = {
    evidenceKeys: pemsOf('--evidence-key'),
    releaseKeys: pemsOf('--release-key'),
    waiverKeys: pemsOf('--waiver-key'),
    vkeys: valuesOf('--vkey'),
    root: roots[0],
  };
  return { file, json: args.includes('--json'), options };
}

function valueAfter(args, at) {
  const value = args[at + 1];
  if (value === undefined) throw new Error(`${args[at]} stands without a value`);
  return value;
}

/** What comes from outside moves no cursor. */
function printable(text) {
  return text.replace(/\p{C}/gu, '?');
}

process.exitCode = runVerifier(process.argv.slice(2));
