import {
  type ImageFinding,
  type ImageFindingCode,
  type ImageFormat,
  type Inspection,
  imageFormats,
  inspectImage,
  judgeImage,
  readImageKey,
} from '@fettle/images';
import { FettleError, type Severity, type Verdict } from '@fettle/model';
import { keyIdOf } from '@fettle/trust';
import { FindingList } from '../core/finding-list.ts';
import type { FactValue, GateContext, GateInput, GateReport } from '../core/gate.ts';
import type { SignatureRule, SignatureSettings } from './settings.ts';

/** Changes when a rule does; policies and statements name it. */
export const signatureRulesVersion = '1';
const mostFindings = 4_000;

/** A format without a counter cannot state one, and what the image does not state of its version is the contents gate's. */
const alwaysTolerated: ReadonlySet<ImageFindingCode> = new Set(['format-without-counter']);
/** Where nothing is required, an image may be unsigned or of another format. */
const tolerated: ReadonlySet<ImageFindingCode> = new Set([
  ...alwaysTolerated,
  'format-mismatch',
  'format-without-signature',
  'signature-missing',
  'counter-missing',
]);

/**
 * The signature gate: the image's native signature by the fleet's rule, and which key made it. Without a rule nothing
 * is demanded, but what contradicts itself fails all the same.
 * @throws FettleError `invalid-input` for a rule with a key or format that cannot be
 */
export async function checkSignature(context: GateContext, settings: SignatureSettings = {}): Promise<GateReport> {
  const { candidate, source } = context;
  const rule = settings.rules?.find(
    ({ component, deviceType }) => component === candidate.component && deviceType === candidate.deviceType,
  );
  const keys = (rule?.keys ?? []).map(readImageKey);
  const keyIds = keys.map(keyIdOf);
  const inspection = await inspectImage(source, { keys: keys.map((key) => ({ key })) });
  const demand = rule && { format: formatOf(rule), signedBy: keyIds };
  const least = typeof settings.leastCounter === 'number' ? { minCounter: settings.leastCounter } : {};
  const judged = judgeImage(inspection, { ...demand, ...(rule ? least : {}) }).findings;
  const findings = new FindingList('signature', mostFindings);
  const verdict = tell(findings, judged, rule?.required ? alwaysTolerated : tolerated);
  if (!rule) tellUnknown(findings, inspection);
  return {
    gate: 'signature',
    verdict,
    summary: summaryOf(inspection, rule, verdict),
    ...findings.report(),
    facts: factsOf(inspection, rule),
    inputs: inputsOf(keyIds),
    documents: [],
  };
}

/** @returns the worst of what is not tolerated */
function tell(findings: FindingList, judged: readonly ImageFinding[], allowed: ReadonlySet<ImageFindingCode>): Verdict {
  let worst: Verdict = 'pass';
  for (const { code, verdict, message } of judged) {
    if (verdict === 'pass') continue;
    const counts = !allowed.has(code);
    const severity: Severity = !counts ? 'info' : verdict === 'fail' ? 'high' : 'medium';
    findings.add({ rule: code, severity, place: '', about: aboutOf(code, message), message });
    if (counts && worst !== 'fail') worst = verdict;
  }
  return worst;
}

/** The sentence names the part and the key, which stay; counters grow from build to build. */
function aboutOf(code: ImageFindingCode, message: string): string[] {
  return code.startsWith('counter') ? [] : [message];
}

function tellUnknown(findings: FindingList, { signatures }: Inspection): void {
  if (!signatures.some(({ verdict }) => verdict === 'unknown-key')) return;
  const message = 'The image is signed, but the fleet has no rule that says whose signature it should be.';
  findings.add({ rule: 'no-rule', severity: 'info', place: '', about: [], message });
}

function formatOf({ format }: SignatureRule): ImageFormat {
  const known = imageFormats.find((one) => one === format);
  if (known) return known;
  throw new FettleError('invalid-input', `Expected a format that is known, found "${format.slice(0, 40)}".`);
}

function goodKeys({ signatures }: Inspection): string[] {
  const good = signatures.filter(({ verdict, keyId }) => verdict === 'ok' && keyId !== null);
  return [...new Set(good.map(({ keyId }) => keyId ?? ''))].sort();
}

function factsOf(inspection: Inspection, rule: SignatureRule | undefined): Readonly<Record<string, FactValue>> {
  const { format, signatures, unsigned, encrypted, counter } = inspection;
  const count = (wanted: string) => signatures.filter(({ verdict }) => verdict === wanted).length;
  return {
    format,
    hasRule: rule !== undefined,
    required: rule?.required ?? false,
    signatures: signatures.length,
    goodSignatures: count('ok'),
    signedBy: goodKeys(inspection),
    unknownKeys: count('unknown-key'),
    unsignedParts: unsigned.slice(0, 100),
    encrypted,
    counter: counter ?? null,
  };
}

function inputsOf(keyIds: readonly string[]): GateInput[] {
  return [
    { name: 'signature-rules', version: signatureRulesVersion, publishedAt: null },
    ...keyIds.map((id) => ({ name: 'image-key', version: id, publishedAt: null })),
  ];
}

function summaryOf(inspection: Inspection, rule: SignatureRule | undefined, verdict: Verdict): string {
  const keys = goodKeys(inspection);
  const state =
    keys.length > 0
      ? `signed by ${keys.map((id) => id.slice(0, 16)).join(', ')}`
      : `without a signature of a key of the fleet (${inspection.signatures.length} in all)`;
  const demanded = !rule
    ? 'nothing is demanded'
    : rule.required
      ? `${rule.format} has to be signed`
      : 'none is required';
  return `An image of format ${inspection.format}, ${state}; ${demanded}: ${verdict}.`;
}
