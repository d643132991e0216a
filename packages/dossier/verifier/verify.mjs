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

// context
/** What a reader trusts already; without any of a kind, what the dossier itself brings is believed, and that is told. */

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

function checkEnvelope({ files, report, releaseKeys }) {
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

function checkTargets({ files, report, root, dossier }) {
  report.rule('tuf', 'metadata/', (refuse) => {
    const fleet = textOf(at(dossier, 'fleet'));
    const { firstRoot, targets } = followChain(files, fleet);
    if (root === undefined)
      report.note(`the first root is believed as it is, SHA-256 ${firstRoot}: give --root to pin it`);
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
  } else report.note('no gates were demanded of this release');
  checkWaivers(context);
}

function checkSummary({ files, report, dossier, statements }, file) {
  report.rule('summary', file, (refuse) => {
    const predicate = statements.get(file)?.predicate;
    if (!predicate) throw new Error('it was not opened');
    const present = new Set([...files.values()].map((bytes) => sha256(bytes)));
    for (const input of listOf(at(predicate, 'inputAttestations'))) {
      const digest = textOf(at(input, 'digest', 'sha256'));
      if (!present.has(digest)) refuse(`it rests on the statement ${digest}, which is not here`);
    }
    const policy = at(dossier, 'policy');
    if (policy !== null && files.has('gates/policy.json') && sha256(fileIn(files, 'gates/policy.json')) !== policy)
      refuse('it is not the policy that cleared the release', 'gates/policy.json');
    const clearance = jsonIn(files, 'gates/clearance.json');
    if (at(clearance, 'check') !== at(dossier, 'check')) refuse('it is of another check', 'gates/clearance.json');
    const isSame =
      at(predicate, 'policy', 'digest', 'sha256') === policy &&
      sameValue(at(predicate, 'stages'), at(clearance, 'stages'));
    if (!isSame)
      report.note(
        'the release was judged anew after the summary was signed: see release.rejudged in audit/events.json',
      );
    const stages = listOf(at(clearance, 'stages'));
    const demanded = files.has('gates/policy.json') ? listOf(at(jsonIn(files, 'gates/policy.json'), 'stages')) : [];
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
  if (demanded.length > 0 && !policy) refuse(`the policy has no stage ${name}`);
  const lacking = listOf(at(policy, 'demands')).filter(
    (one) => !gates.some((gate) => at(gate, 'gate') === at(one, 'gate') && at(gate, 'verdict') === 'pass'),
  );
  if ((at(stage, 'verdict') === 'pass') !== (lacking.length === 0))
    refuse(`${name} is said to ${textOf(at(stage, 'verdict'))}, its gates say otherwise`);
}

/** Exceptions that a signed summary rests on are here and signed by enough of the policy's keys. */
function checkWaivers({ files, report, waiverKeys, statements, dossier }) {
  const used = new Map(
    [...statements.values()]
      .flatMap(({ predicate }) => listOf(at(predicate, 'waivers')))
      .map((one) => [textOf(at(one, 'sha256')), one]),
  );
  const policy = files.has('gates/policy.json') ? jsonIn(files, 'gates/policy.json') : {};
  const threshold = Number(at(policy, 'waivers', 'threshold') ?? 1);
  const there = new Map(
    [...files].filter(([path]) => path.startsWith('waivers/')).map(([path, bytes]) => [sha256(bytes), path]),
  );
  for (const [digest, told] of used) {
    const file = there.get(digest);
    if (file === undefined) {
      report.note(`waiver ${digest.slice(0, 16)}, which the summary names, was revoked since or is not here`);
      continue;
    }
    report.rule('waiver', file, (refuse) => {
      const { predicate, signedBy } = openStatement(fileIn(files, file), waiverKeys);
      if (new Set(signedBy.map(({ id }) => id)).size < threshold)
        refuse(`fewer than ${threshold} keys of the policy have signed it`);
      if (at(predicate, 'fleet') !== at(dossier, 'fleet')) refuse('it is of another fleet');
      for (const name of ['gate', 'rule', 'reason', 'author'])
        if (!sameValue(fieldsOf(predicate)[name], at(told, name))) refuse(`${name} is another than the summary tells`);
      return `${textOf(at(predicate, 'gate'))}/${textOf(at(predicate, 'rule'))}`;
    });
  }
}

// rules-people
/** Approvals are signed, of this manifest, of people who did not publish it, and as many as the policy demands. */
function checkApprovals(context) {
  const { files, report, dossier } = context;
  const valid = listOf(at(dossier, 'approvals')).filter((one) => checkApproval(context, one));
  if (!files.has('gates/policy.json')) return;
  report.rule('approvals', 'dossier.json', (refuse) => {
    const started = new Set(
      listOf(at(dossier, 'rollouts'))
        .map((one) => jsonIn(files, textOf(at(one, 'file'))))
        .filter((one) => at(one, 'startedAt') !== null)
        .map((one) => at(one, 'group')),
    );
    const stages = listOf(at(jsonIn(files, 'gates/policy.json'), 'stages'));
    const told = stages.map((stage, i) => {
      const lacking = listOf(at(stage, 'approvals')).filter(
        (demand) => countOf(demand, valid, at(dossier, 'check')) < Number(at(demand, 'count')),
      );
      const words = lacking.map((one) => `${textOf(at(one, 'meaning'))} by ${textOf(at(one, 'role'))}`).join(', ');
      const isOf = (group) =>
        listOf(at(stage, 'groups')).includes(group) ||
        (i === stages.length - 1 && !stages.some((one) => listOf(at(one, 'groups')).includes(group)));
      const late = [...started].filter(isOf);
      const name = textOf(at(stage, 'stage'));
      if (words !== '' && late.length > 0)
        report.note(
          `${name} lacks ${words}, and rollouts to ${late.join(', ')} have started: devices are held until they are there`,
        );
      return `${name} ${words === '' ? 'complete' : `lacks ${words}`}`;
    });
    const people = valid.map((one) => textOf(at(one, 'person')));
    const own = actorsOf(jsonIn(files, 'audit/events.json')).filter((actor) =>
      people.some((id) => actor === `person:${id}`),
    );
    if (own.length > 0) refuse(`${own.join(', ')} approved a release of their own`);
    return told.join('; ') || 'none demanded';
  });
}

function countOf(demand, approvals, check) {
  const fits = approvals.filter(
    (one) =>
      at(one, 'check') === check &&
      at(one, 'meaning') === at(demand, 'meaning') &&
      at(one, 'role') === at(demand, 'role'),
  );
  return new Set(fits.map((one) => at(one, 'person'))).size;
}

/** Who published the release and who had it checked. */
function actorsOf(events) {
  const acts = ['release.published', 'check.requested'];
  return listOf(events)
    .filter((one) => acts.includes(textOf(at(one, 'event', 'verb'))))
    .map((one) => textOf(at(one, 'event', 'actor')));
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

// rules-audit
const file = 'audit/events.json';

/** Every event is in the log, says what its entry commits to, and the acts that a dossier rests on are among them. */
function checkAudit(context) {
  const { files, report, log, witnesses } = context;
  report.rule('log', file, (refuse) => {
    const events = listOf(jsonIn(files, file));
    let older = 0;
    const cosigners = new Set();
    for (const one of events) {
      const number = String(at(one, 'event', 'sequence'));
      if (at(one, 'proof') === null) older++;
      else if (!log) refuse('there is no key of the log', 'keys/log.vkey');
      else for (const name of checkEvent(one, number, log, witnesses)) cosigners.add(name);
    }
    if (older > 0) report.note(`${older} events are in an earlier log and not proven here`);
    if (witnesses.length > 0 && cosigners.size === 0) refuse('no witness whose key was given has cosigned');
    return `${events.length - older} events proven, cosigned by ${[...cosigners].join(', ') || 'no witness that was named'}`;
  });
  report.rule('acts', file, (refuse) => {
    const events = listOf(jsonIn(files, file)).map((one) => at(one, 'event'));
    const acts = (verb) => events.filter((event) => at(event, 'verb') === verb);
    const release = `release/${textOf(at(context.dossier, 'release'))}`;
    const published = acts('release.published').find((event) => at(event, 'object') === release);
    if (!published) refuse('nobody published the release');
    const approvals = listOf(at(context.dossier, 'approvals'));
    for (const one of approvals) {
      const isTold = acts('release.approved').some(
        (event) =>
          at(event, 'after') === at(one, 'evidence') && at(event, 'actor') === `person:${textOf(at(one, 'person'))}`,
      );
      if (!isTold) refuse(`the log does not tell of the approval ${textOf(at(one, 'file'))}`);
    }
    const wasRevoked = acts('release.revoked').length > 0;
    if (wasRevoked !== (at(context.dossier, 'status') === 'revoked'))
      refuse('the log and dossier.json differ on whether it was revoked');
    for (const one of listOf(at(context.dossier, 'rollouts'))) {
      if (!acts('rollout.created').some((event) => at(event, 'object') === `rollout/${textOf(at(one, 'id'))}`))
        refuse(`nobody made the rollout ${textOf(at(one, 'id'))}`);
    }
    return `published, ${approvals.length} approvals, ${acts('rollout.created').length} rollouts`;
  });
}

/** @returns witnesses who cosigned @throws Error */
function checkEvent(one, number, log, witnesses) {
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
    throw new Error(`event ${number}: ${error instanceof Error ? error.message : 'not readable'}`);
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
    const isErased = commitments[name] !== undefined && salt === undefined && textOf(event[name]).endsWith('[erased]');
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

// verify-dossier
/**
 * Whether a dossier holds: its files, every signature, digests across files, the way to the audit log's checkpoint, and
 * approvals by the policy. Needs nothing but its arguments.
 * @param zip the archive
 */
function verifyDossier(zip, options = {}) {
  const report = new Report();
  let about = 'nothing that could be read';
  let files = new Map();
  report.rule('archive', 'archive', () => {
    files = readZip(zip);
    return `${files.size} files`;
  });
  if (report.refusals.length === 0) {
    report.rule('contents', 'dossier.json', (refuse) => {
      const pinned = (options.keys ?? []).map(keyOf);
      checkSums(
        files,
        report,
        keysIn(files, pinned, (path) => path === 'keys/evidence.pub.pem'),
      );
      // What is not as it was sealed is not worth reading.
      if (report.refusals.length > 0) return 'not read';
      const dossier = jsonIn(files, 'dossier.json');
      if (at(dossier, 'format') !== 'fettle-dossier/1') refuse('it is of a format that this verifier does not know');
      about = `${textOf(at(dossier, 'fleet'))} ${textOf(at(dossier, 'version'))}`;
      if (at(dossier, 'verifier', 'sha256') !== sha256(fileIn(files, 'verify/verify.mjs')))
        refuse('it is not the verifier that dossier.json names', 'verify/verify.mjs');
      const context = contextOf(files, { report, dossier, pinned, options });
      for (const check of [checkRelease, checkEvidence, checkApprovals, checkAudit]) check(context);
      return 'dossier.json names what is here';
    });
  }
  const { refusals, notes, passed } = report;
  return { ok: refusals.length === 0, about, refusals, notes, passed };
}

function contextOf(files, { report, dossier, pinned, options }) {
  if (pinned.length === 0)
    report.note(
      'KEYS ARE THOSE OF THE DOSSIER ITSELF: it shows that nothing was changed, not who made it. Give --key.',
    );
  const vkeys = (options.vkeys ?? []).map(readVkey);
  const inside = files.has('keys/log.vkey')
    ? readVkey(Buffer.from(fileIn(files, 'keys/log.vkey')).toString('utf8'))
    : undefined;
  return {
    ...{ files, report, dossier, root: options.root, statements: new Map() },
    evidenceKeys: keysIn(files, pinned, (path) => path === 'keys/evidence.pub.pem'),
    releaseKeys: keysIn(files, pinned, (path) => path.startsWith('keys/release-')),
    waiverKeys: keysIn(files, pinned, (path) => path.startsWith('keys/waiver-')),
    log: logKey(report, vkeys, inside),
    witnesses: vkeys.filter(({ type }) => type === 4),
  };
}

/** Keys of a use that the dossier brings; of these only pinned ones, as soon as any is pinned. */
function keysIn(files, pinned, isOfUse) {
  const brought = [...files].filter(([path]) => isOfUse(path)).map(([path, bytes]) => keyIn(path, bytes));
  return pinned.length === 0 ? brought : brought.filter(({ id }) => pinned.some((key) => key.id === id));
}

function keyIn(path, bytes) {
  try {
    return keyOf(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new Error(`${path} is not a public key in PEM`);
  }
}

function logKey(report, vkeys, inside) {
  const logs = vkeys.filter(({ type }) => type === 1);
  if (logs.length > 0) return logs.find(({ name }) => name === inside?.name) ?? logs[0];
  report.note('the key of the audit log is the one of the dossier itself: give --vkey');
  return inside;
}

// main
const usage = `usage: node verify.mjs DOSSIER.zip [--key PUBLIC.pem]... [--vkey NAME+ID+BASE64]... [--root SHA256] [--json]
exit code 0: it holds; 1: it is refused; 2: it was not called as it should be`;

/** The verifier as a program: what it is told, what it says, and its exit code. */
function runVerifier(args) {
  const asked = argumentsOf(args);
  if (!asked) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const own = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex');
  const verdict = verifyDossier(readFileSync(asked.file), asked.options);
  if (asked.json) process.stdout.write(`${JSON.stringify({ ...verdict, verifier: own }, null, 2)}\n`);
  else {
    const lines = [
      `verifier ${own}`,
      ...verdict.passed.map((one) => `  holds    ${one}`),
      ...verdict.notes.map((one) => `  NOTE     ${one}`),
      ...verdict.refusals.map(({ file, rule, why }) => `  REFUSED  ${file} by ${rule}: ${why}`),
      `${verdict.ok ? 'ACCEPTED' : 'REFUSED'}: ${verdict.about}`,
    ];
    process.stdout.write(`${lines.map(printable).join('\n')}\n`);
  }
  return verdict.ok ? 0 : 1;
}

function argumentsOf(args) {
  const keys = [];
  const vkeys = [];
  let [file, root, json] = [undefined, undefined, false];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '--json') json = true;
    else if (word === '--key') keys.push(readFileSync(args[++i] ?? '', 'utf8'));
    else if (word === '--vkey') vkeys.push(args[++i] ?? '');
    else if (word === '--root') root = args[++i];
    else if (file === undefined && !word.startsWith('-')) file = word;
    else return undefined;
  }
  return file === undefined ? undefined : { file, json, options: { keys, vkeys, root } };
}

/** What comes from outside moves no cursor. */
function printable(text) {
  return text.replace(/\p{C}/gu, '?');
}

process.exitCode = runVerifier(process.argv.slice(2));
