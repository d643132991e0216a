import type { ImageFormat, Inspection, SignatureFinding } from './inspection.ts';
import type { ImageDemand, ImageFinding, ImageFindingCode, ImageJudgement, ImageVerdict } from './judgement.ts';

/** Formats whose boot loaders verify signatures, and those whose boot loaders enforce a counter. */
const signing: ReadonlySet<ImageFormat> = new Set(['mcuboot', 'esp32', 'fit']);
const counting: ReadonlySet<ImageFormat> = new Set(['mcuboot', 'esp32']);

/**
 * Judges what was found in an image by what a policy demands. An image that contradicts itself fails in any case.
 * @returns the verdict with a code and a sentence for each thing looked at
 */
export function judgeImage(inspection: Inspection, demand: ImageDemand): ImageJudgement {
  const findings = [
    ...judgeItself(inspection),
    ...(demand.format === undefined ? [] : [judgeFormat(inspection, demand.format)]),
    ...(demand.signedBy === undefined || inspection.problem ? [] : judgeSignatures(inspection, demand.signedBy)),
    ...(demand.minCounter === undefined || inspection.problem ? [] : [judgeCounter(inspection, demand.minCounter)]),
    ...(demand.hardwareId === undefined || inspection.problem ? [] : [judgeHardware(inspection, demand.hardwareId)]),
    ...(demand.version === undefined || inspection.problem ? [] : [judgeVersion(inspection, demand.version)]),
  ];
  const has = (verdict: ImageVerdict) => findings.some((finding) => finding.verdict === verdict);
  return { verdict: has('fail') ? 'fail' : has('inconclusive') ? 'inconclusive' : 'pass', findings };
}

function judgeItself({ problem, hashes, signatures }: Inspection): ImageFinding[] {
  if (problem) return [fail('malformed', `The image cannot be read to its end (${problem.code}): ${problem.message}`)];
  const wrong = hashes.filter(({ ok }) => !ok);
  if (wrong.length > 0) {
    return wrong.slice(0, 16).map(({ what, algorithm }) => {
      return fail('hash-mismatch', `The ${algorithm} that the image states of ${what} is not the one of its bytes.`);
    });
  }
  const bad = signatures.filter(({ verdict }) => verdict === 'bad').slice(0, 16);
  const findings = bad.map(({ what, algorithm }) =>
    fail('signature-bad', `A signature (${algorithm}) of ${what} is bad.`),
  );
  return hashes.length === 0 ? findings : [pass('hash-ok', `${hashes.length} hash(es) fit the bytes.`), ...findings];
}

function judgeFormat({ format }: Inspection, wanted: ImageFormat): ImageFinding {
  if (format === wanted) return pass('format-ok', `The image is ${format}, as demanded.`);
  return fail('format-mismatch', `Expected an image of format ${wanted}, found ${format}.`);
}

function judgeSignatures(inspection: Inspection, keyIds: readonly string[]): ImageFinding[] {
  const { format, signatures, unsigned } = inspection;
  if (!signing.has(format)) {
    return [unclear('format-without-signature', `A signature is demanded; images of format ${format} have none.`)];
  }
  const parts = new Map<string, SignatureFinding[]>(unsigned.map((what) => [what, []]));
  for (const signature of signatures) parts.set(signature.what, [...(parts.get(signature.what) ?? []), signature]);
  if (parts.size === 0) return [fail('signature-missing', 'A signature is demanded; nothing in the image is signed.')];
  return [...parts].map(([what, found]) => judgePart(inspection, { what, found }, keyIds));
}

function judgePart(
  inspection: Inspection,
  part: { readonly what: string; readonly found: readonly SignatureFinding[] },
  keyIds: readonly string[],
): ImageFinding {
  const { what, found } = part;
  const good = found.filter(({ verdict }) => verdict === 'ok');
  const allowed = good.find(({ keyId }) => keyId !== null && keyIds.includes(keyId));
  if (allowed) return pass('signature-ok', `${what} is signed by key ${allowed.keyId}.`);
  if (found.length === 0) return fail('signature-missing', `A signature is demanded; ${what} has none.`);
  if (good[0])
    return fail('key-not-allowed', `${what} is signed by key ${good[0].keyId}, which is none of those allowed.`);
  if (found.some(({ verdict }) => verdict === 'bad')) return fail('signature-bad', `No signature of ${what} is good.`);
  if (inspection.encrypted) return unclear('encrypted', `${what} is encrypted: its signature cannot be checked here.`);
  const unknown = found.find(({ verdict }) => verdict === 'unknown-key');
  if (!unknown) return unclear('signature-unchecked', `The signature of ${what} is of a kind that is not checked.`);
  const hint = unknown.keyHint === null ? 'a key that the image does not name' : `key ${unknown.keyHint}`;
  return unclear('key-unknown', `${what} is signed by ${hint}, which is none of the known keys.`);
}

function judgeCounter({ format, counter }: Inspection, least: number): ImageFinding {
  if (counter === undefined) {
    const message = `A counter of at least ${least} is demanded; the image has none.`;
    return counting.has(format) ? fail('counter-missing', message) : unclear('format-without-counter', message);
  }
  if (counter >= least) return pass('counter-ok', `The counter is ${counter}, at least ${least}.`);
  return fail('counter-too-low', `Expected a counter of at least ${least}, found ${counter}.`);
}

function judgeHardware({ hardwareIds }: Inspection, wanted: string): ImageFinding {
  if (hardwareIds.includes(wanted)) return pass('hardware-ok', `The image is made for ${wanted}.`);
  if (hardwareIds.length === 0)
    return unclear('hardware-not-stated', 'The image does not say what hardware it is for.');
  const found = hardwareIds.slice(0, 8).join(', ');
  return fail('hardware-mismatch', `Expected an image for ${wanted}, found one for ${found}.`);
}

function judgeVersion({ version }: Inspection, declared: string): ImageFinding {
  if (version === undefined || version === '') {
    return unclear('version-not-stated', `Version ${declared} was declared; the image states none.`);
  }
  // A "v" comes from the names of tags; what follows "+" counts only where it was declared, too (SemVer 2.0.0 §10).
  const plain = (text: string) => text.replace(/^v(?=\d)/, '');
  const stated = declared.includes('+') ? plain(version) : plain(version).replace(/\+.*$/, '');
  if (stated === plain(declared)) return pass('version-ok', `The image states version ${version}, as declared.`);
  return fail('version-mismatch', `Version ${declared} was declared; the image states ${version}.`);
}

function pass(code: ImageFindingCode, message: string): ImageFinding {
  return { code, verdict: 'pass', message };
}

function fail(code: ImageFindingCode, message: string): ImageFinding {
  return { code, verdict: 'fail', message };
}

function unclear(code: ImageFindingCode, message: string): ImageFinding {
  return { code, verdict: 'inconclusive', message };
}
