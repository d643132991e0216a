import cvss from 'ae-cvss-calculator';
import type { SeverityScore } from '../osv/vulnerability.ts';

/** The values that each metric of a base vector may have, in the order in which vectors name them. */
interface CvssVersion {
  readonly prefix: string;
  readonly metrics: Readonly<Record<string, string>>;
  readonly score: (vector: string) => number | undefined;
}

/** @source FIRST, CVSS v2 guide §2.4; v3.0 and v3.1 specification §6; v4.0 specification §7 */
const v3Metrics = { AV: 'NALP', AC: 'LH', PR: 'NLH', UI: 'NR', S: 'UC', C: 'HLN', I: 'HLN', A: 'HLN' };
const versions: readonly CvssVersion[] = [
  {
    prefix: 'CVSS:4.0/',
    metrics: {
      ...{ AV: 'NALP', AC: 'LH', AT: 'NP', PR: 'NLH', UI: 'NPA' },
      ...{ VC: 'HLN', VI: 'HLN', VA: 'HLN', SC: 'HLN', SI: 'HLN', SA: 'HLN' },
    },
    score: (vector) => new cvss.Cvss4P0(vector).calculateScores().base,
  },
  { prefix: 'CVSS:3.1/', metrics: v3Metrics, score: (vector) => new cvss.Cvss3P1(vector).calculateScores().base },
  { prefix: 'CVSS:3.0/', metrics: v3Metrics, score: (vector) => new cvss.Cvss3P0(vector).calculateScores().base },
  {
    prefix: '',
    metrics: { AV: 'LAN', AC: 'HML', Au: 'MSN', C: 'NPC', I: 'NPC', A: 'NPC' },
    score: (vector) => new cvss.Cvss2(vector).calculateScores().base,
  },
];

/**
 * The base score of a CVSS vector, 0 to 10: what the vulnerability is, not what somebody's surroundings make of it, so
 * that temporal, threat and environmental metrics are left out.
 * @returns null when the vector is not whole: unknown, never 0
 */
export function baseScore({ type, score }: SeverityScore): number | null {
  if (type === 'word') return null;
  const text = score.trim();
  const version = versions.find(({ prefix }) => text.startsWith(prefix));
  if (version === undefined || !belongs(type, version.prefix)) return null;
  const base = baseVector(text.slice(version.prefix.length), version);
  const value = base === null ? undefined : version.score(base);
  return value === undefined || !Number.isFinite(value) || value < 0 || value > 10 ? null : value;
}

function belongs(type: SeverityScore['type'], prefix: string): boolean {
  if (type === 'CVSS_V2') return prefix === '';
  return prefix.startsWith(type === 'CVSS_V3' ? 'CVSS:3.' : 'CVSS:4.');
}

/** Every base metric exactly once and with a value of its own; null otherwise. */
function baseVector(text: string, { prefix, metrics }: CvssVersion): string | null {
  const found = new Map<string, string>();
  for (const part of text.split('/', 64)) {
    const colon = part.indexOf(':');
    const metric = part.slice(0, colon);
    if (colon < 1 || found.has(metric)) return null;
    found.set(metric, part.slice(colon + 1));
  }
  const parts: string[] = [];
  for (const [metric, values] of Object.entries(metrics)) {
    const value = found.get(metric) ?? '';
    if (value.length !== 1 || !values.includes(value)) return null;
    parts.push(`${metric}:${value}`);
  }
  return prefix + parts.join('/');
}
