import { createHash } from 'node:crypto';
import type { Finding, Severity, Verdict } from '@fettle/model';
import { makeFinding, worstFirst } from '../core/findings.ts';
import type { Candidate, FactValue, GateContext, GateDocument, GateInput, GateReport } from '../core/gate.ts';
import { gateLimits } from '../core/gate-limits.ts';
import type { ProvenanceFact } from './facts.ts';
import { type AcceptedProof, countBuilders, judgeProof, mostProofs, type ProofOutcome } from './judge-proof.ts';
import type { ProvenanceSettings } from './settings.ts';
import { provenanceProblems } from './settings-problems.ts';
import { readAnchors, type TrustAnchors } from './verify-proof.ts';

export interface ProvenanceCheck {
  readonly context: Pick<GateContext, 'candidate' | 'now'>;
  /** Sigstore bundles and DSSE envelopes as they came, JSON. */
  readonly bundles: readonly Uint8Array[];
  readonly settings: ProvenanceSettings;
}

/**
 * Asks whether accepted builders made the artifact, and from what: SLSA v1 provenance under Sigstore roots or registered
 * keys, without any network. Nothing that the settings do not name is accepted.
 * Cost: bundles × roots signature verifications; the bundles are in memory already.
 * @source SLSA v1.0, Verifying artifacts
 */
export async function checkProvenance({ context, bundles, settings }: ProvenanceCheck): Promise<GateReport> {
  const anchors = readAnchors(settings);
  const troubles = [...provenanceProblems(settings), ...anchors.unreadable];
  if (bundles.length > mostProofs) troubles.push(`There are more than ${mostProofs} bundles.`);
  const demands = { anchors, settings, digest: context.candidate.digest };
  const outcomes = troubles.length > 0 ? [] : bundles.map((bytes) => judgeProof(bytes, demands));
  const accepted = outcomes.filter((outcome) => outcome.ok);
  const builders = countBuilders(accepted);
  const isProven = troubles.length === 0 && builders >= settings.quorum;
  const verdict: Verdict = troubles.length > 0 ? 'inconclusive' : isProven ? 'pass' : 'fail';
  const found = [
    ...troubles.map((why) => finding('settings-unusable', 'high', [why], why)),
    ...outcomes.flatMap((outcome) => (outcome.ok ? [] : [refusal(outcome, isProven)])),
    ...(verdict === 'fail'
      ? [lackOf({ given: bundles.length, builders, quorum: settings.quorum }, context.candidate)]
      : []),
  ];
  return {
    gate: 'provenance',
    verdict,
    summary: summaryOf({ troubles, outcomes, accepted, builders, quorum: settings.quorum }),
    ...worstFirst(found),
    facts: factsOf({ given: bundles.length, accepted, builders, settings }),
    inputs: inputsOf(settings, anchors),
    documents: documentsOf(bundles, accepted),
  };
}

function refusal(outcome: Extract<ProofOutcome, { ok: false }>, isProven: boolean): Finding {
  const { rule, sha256, why } = outcome;
  // Builds of several artifacts come with proofs of all of them: one of another artifact is nothing odd.
  const severity = !isProven ? 'high' : rule === 'subject-differs' ? 'info' : 'medium';
  return finding(rule, severity, [sha256], `The proof ${sha256.slice(0, 12)} is not accepted: ${why}.`);
}

interface Count {
  readonly given: number;
  readonly builders: number;
  readonly quorum: number;
}

function lackOf({ given, builders, quorum }: Count, { deviceType, component }: Candidate): Finding {
  const about = [deviceType, component];
  if (given === 0) {
    const message = 'Nothing proves where this artifact was built: publish it with the bundle that its build attested.';
    return finding('no-provenance', 'high', about, message);
  }
  const message = `Expected ${quorum} independent builder(s) that made these very bytes, found ${builders}.`;
  return finding('quorum-missed', 'high', about, message);
}

function finding(rule: string, severity: Severity, about: readonly string[], message: string): Finding {
  return makeFinding('provenance', { rule, severity, place: '', message, about });
}

interface Standing {
  readonly troubles: readonly string[];
  readonly outcomes: readonly ProofOutcome[];
  readonly accepted: readonly AcceptedProof[];
  readonly builders: number;
  readonly quorum: number;
}

function summaryOf({ troubles, outcomes, accepted, builders, quorum }: Standing): string {
  const [first] = troubles;
  if (first !== undefined) return `Provenance was not judged: ${first}`.slice(0, gateLimits.messageCharacters);
  const proofs = `${accepted.length} of ${outcomes.length} proof(s) accepted`;
  return `${proofs}, ${builders} independent builder(s), ${quorum} needed.`;
}

interface Known extends Omit<Count, 'quorum'> {
  readonly accepted: readonly AcceptedProof[];
  readonly settings: ProvenanceSettings;
}

function factsOf({ given, accepted, builders, settings }: Known): Readonly<Record<ProvenanceFact, FactValue>> {
  const distinct = (texts: readonly (string | undefined)[]) => [...new Set(texts.filter((text) => text !== undefined))];
  const logs = new Set(settings.roots.filter(({ time }) => time === 'log').map(({ name }) => name));
  const certified = accepted.flatMap(({ signer }) => (signer.kind === 'certificate' ? [signer] : []));
  const sources = accepted.flatMap(({ provenance, identity, signer }) => {
    if (signer.kind === 'certificate') return [{ commit: signer.claims.commit, ref: signer.claims.ref }];
    const known = identity.signer.kind === 'key' ? identity.signer.sources : [];
    return provenance.sources.filter(({ uri }) => known.includes(uri));
  });
  return {
    provenanceBundles: given,
    provenanceAccepted: accepted.length,
    provenanceBuilders: builders,
    provenanceQuorum: settings.quorum,
    provenanceBuilderIds: distinct(accepted.map(({ provenance }) => provenance.builderId)),
    provenanceCommits: distinct(sources.map(({ commit }) => commit)),
    provenanceRefs: distinct(sources.map(({ ref }) => ref)),
    provenanceRuns: distinct(accepted.map(({ provenance }) => provenance.invocation)),
    provenanceLogged: certified.some(({ root }) => logs.has(root)),
  };
}

function inputsOf({ roots }: ProvenanceSettings, { keys }: TrustAnchors): readonly GateInput[] {
  const digestOf = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
  return [
    ...roots.map(({ name, trustedRoot, publishedAt }) => {
      return { name: `trusted root ${name}`, version: digestOf(trustedRoot), publishedAt };
    }),
    ...keys.map(({ name, key }) => ({ name: `builder key ${name}`, version: key.id, publishedAt: null })),
  ];
}

/** Accepted proofs are kept as they came, each named by its own digest. */
function documentsOf(bundles: readonly Uint8Array[], accepted: readonly AcceptedProof[]): readonly GateDocument[] {
  const wanted = new Set(accepted.map(({ sha256 }) => sha256));
  return bundles.flatMap((bytes) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (!wanted.delete(sha256)) return [];
    const isBundle = Buffer.from(bytes.subarray(0, 4_096)).includes('application/vnd.dev.sigstore.bundle');
    const mediaType = isBundle ? 'application/vnd.dev.sigstore.bundle+json' : 'application/vnd.dsse.envelope+json';
    return [{ kind: `provenance-${sha256.slice(0, 16)}`, mediaType, bytes }];
  });
}
