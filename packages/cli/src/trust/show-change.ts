import { createHash } from 'node:crypto';
import type { TrustChangeView } from '@fettle/api';
import { type Style, safeText } from '../output/style.ts';
import { facts } from '../output/table.ts';
import { type Examined, keysThatSign, lacking } from './examine-change.ts';

/** What a person is shown before signing, found out on this machine. */
export interface ChangeAbout {
  readonly id: string;
  readonly repository: string;
  readonly role: string;
  readonly requestedBy: string;
  readonly reason: string;
  readonly payload: Uint8Array;
}

export interface ShownChange {
  readonly change: string;
  readonly repository: string;
  readonly role: string;
  readonly version: number;
  readonly payloadSha256: string;
  readonly requestedBy: string;
  readonly reason: string;
  readonly summary: readonly string[];
  readonly problems: readonly string[];
  /** Keyids that may sign. */
  readonly maySign: readonly string[];
  readonly lacking: readonly string[];
}

/** @param signed ids of the keys whose signatures are there */
export function shownChange(about: ChangeAbout, examined: Examined, signed: ReadonlySet<string>): ShownChange {
  const { id, payload, ...rest } = about;
  return {
    change: id,
    repository: rest.repository,
    role: rest.role,
    version: examined.next.version,
    payloadSha256: createHash('sha256').update(payload).digest('hex'),
    requestedBy: rest.requestedBy,
    reason: rest.reason,
    summary: examined.summary,
    problems: examined.problems,
    maySign: [...keysThatSign(examined.groups).keys()],
    lacking: lacking(examined.groups, signed),
  };
}

export function describeChange(shown: ShownChange, style: Style): string {
  const head = facts([
    ['change', style.strong(safeText(shown.change))],
    ['role', `${shown.repository} ${safeText(shown.role)}, version ${shown.version}`],
    ['asked by', safeText(`${shown.requestedBy}${shown.reason === '' ? '' : `: ${shown.reason}`}`)],
    ['payload', `SHA-256 ${shown.payloadSha256}`],
  ]);
  const lines = shown.summary.map((sentence) => `  - ${safeText(sentence)}`);
  const problems = shown.problems.map((sentence) => `  ${style.bad('!')} ${safeText(sentence)}`);
  return [head, ...lines, ...problems].join('\n');
}

/** What an open change still waits for. */
export function describeWait({ lacking }: Pick<ShownChange, 'lacking'>): string {
  return lacking.length === 0 ? 'it has its signatures' : lacking.map((one) => `it waits for ${one}`).join('\n');
}

/** How a change stands, in one line. */
export function changeLine({ id, repository, role, version, status }: TrustChangeView): string {
  return `${id}: ${repository} ${role} ${version}, ${status}`;
}
