import { predicateOfGate } from '@fettle/gates';
import {
  clearedStages,
  type Digest,
  type EvidenceText,
  type Instant,
  type ReleaseCheck,
  type ReleaseGate,
  type StageVerdict,
} from '@fettle/model';
import { encodeStatement } from '@fettle/trust';
import type { Brain } from '../brain.ts';
import { evidenceOf } from './evidence.ts';
import type { KeptReports } from './gate-reports.ts';
import type { ValidWaiver } from './judge-check.ts';

/** Something that a check made, and what it is about. */
export interface Made {
  readonly artifact: Digest | null;
  readonly gate: ReleaseGate | null;
  readonly evidence: EvidenceText;
}

export interface ToState {
  readonly check: ReleaseCheck;
  readonly gated: readonly KeptReports[];
  readonly made: readonly Made[];
  readonly stages: readonly StageVerdict[];
  readonly waivers: readonly ValidWaiver[];
  /** Hex SHA-256 of the policy. */
  readonly digest: string;
  readonly now: Instant;
}

export const statementKind = 'statement';
export const summaryKind = 'summary';
export const summaryPredicate = 'https://slsa.dev/verification_summary/v1';
const envelopeType = 'application/vnd.dsse.envelope.v1+json';

/**
 * One signed statement for each gate and artifact, and one over all: what was found, on what it rests, what was decided.
 * @source https://slsa.dev/spec/v1.0/verification_summary for the one over all
 */
export async function signStatements(brain: Brain, state: ToState): Promise<readonly Made[]> {
  if (!brain.evidence) return [];
  const { check, gated, made } = state;
  const statements: Made[] = [];
  for (const { artifact, reports } of gated) {
    for (const report of reports) {
      const documents = made.filter((one) => one.artifact === artifact && one.gate === report.gate);
      const { predicateType, predicate } = predicateOfGate(report, {
        now: state.now,
        documents: documents.map(naming),
      });
      const subject = [{ name: nameOf(check, artifact), sha256: artifact }];
      const text = await sign(brain, encodeStatement({ subject, predicateType, predicate }));
      statements.push({ artifact, gate: report.gate, evidence: evidenceOf(statementKind, envelopeType, text) });
    }
  }
  const text = await sign(brain, encodeStatement(summaryOf(state, statements)));
  return [...statements, { artifact: null, gate: null, evidence: evidenceOf(summaryKind, envelopeType, text) }];
}

async function sign({ evidence }: Brain, statement: Uint8Array): Promise<string> {
  return JSON.stringify(await evidence?.sign(statement));
}

function naming({ evidence }: Made) {
  return { kind: evidence.kind, mediaType: evidence.mediaType, sha256: evidence.digest };
}

function nameOf({ fleet, version, artifacts }: ReleaseCheck, digest: Digest): string {
  const parts = artifacts.filter((one) => one.digest === digest).map((one) => `${one.deviceType}/${one.component}`);
  return `${fleet}/${version}/${parts.join('+')}`;
}

function summaryOf({ check, stages, waivers, digest, now }: ToState, statements: readonly Made[]) {
  const passed = clearedStages({ stages });
  return {
    subject: check.artifacts.map((artifact) => ({ name: nameOf(check, artifact.digest), sha256: artifact.digest })),
    predicateType: summaryPredicate,
    predicate: {
      verifier: { id: 'https://fettle.dev/checks', version: { fettle: '1' } },
      timeVerified: new Date(now).toISOString(),
      resourceUri: `fettle:${check.fleet}/${check.version}`,
      policy: { uri: `fettle:${check.fleet}/policy`, digest: { sha256: digest } },
      inputAttestations: statements.map(({ evidence }) => ({
        uri: `sha256:${evidence.digest}`,
        digest: { sha256: evidence.digest },
      })),
      verificationResult: passed.length > 0 ? 'PASSED' : 'FAILED',
      verifiedLevels: passed.map((stage) => `FETTLE_STAGE_${stage.toUpperCase()}`),
      slsaVersion: '1.0',
      // Our own, beside what the specification names.
      stages,
      waivers: waivers.map(({ stored, waiver, signedBy }) => ({ ...waiver, sha256: stored.digest, signedBy })),
    },
  };
}
