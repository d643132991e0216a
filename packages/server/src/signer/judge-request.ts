import type { SignedRole } from '@fettle/control';
import { FettleError, type Instant } from '@fettle/model';
import { type Metadata, openMetadata } from '@fettle/trust';
import type { ImageCopies } from './image-copies.ts';
import { judgeCount, judgeDirectorTargets } from './rules/director-targets.ts';
import { judgeDirectorSnapshot, judgeImageSnapshot, judgeTimestamp, type Verdict } from './rules/listed-files.ts';
import { judgePayload, type PayloadVerdict } from './rules/payload.ts';
import { refused } from './rules/refusal.ts';
import { previousDirectorFile, type SignedRecord } from './rules/signed-record.ts';
import type { SignerState } from './state/signer-state.ts';

export interface JudgeParts {
  readonly state: SignerState;
  readonly images: ImageCopies;
  readonly now: () => Instant;
}

export interface Claim {
  readonly of: SignedRole;
  readonly payload: Uint8Array;
  readonly payloadSha256: string;
}

/** Whether the signer signs it: the rules, over what it signed last and has verified itself. */
export async function judgeRequest(parts: JudgeParts, { of, payload, payloadSha256 }: Claim): Promise<PayloadVerdict> {
  const last = parts.state.last(of);
  const previous = last && previousFile(parts.state, of, last);
  const verdict = judgePayload(payload, { of, last, previous, payloadSha256, now: parts.now() });
  // What is signed again was judged when it was signed first.
  if (!verdict.ok || verdict.isRepeat) return verdict;
  const contents = await judgeContents(parts, of, verdict.metadata);
  return contents.ok ? verdict : contents;
}

async function judgeContents(parts: JudgeParts, of: SignedRole, metadata: Metadata): Promise<Verdict> {
  const { state, images } = parts;
  switch (metadata.type) {
    case 'targets':
      if (of.repository !== 'director') break;
      return judgeCount(metadata.targets) ?? (await judgeAssigned(images, of, metadata));
    case 'snapshot':
      if (of.repository === 'director') return judgeDirectorSnapshot(metadata, state.last({ ...of, role: 'targets' }));
      return judgeImageSnapshot(metadata, (role, version) => images.of(of.tenant).verified(role, version));
    case 'timestamp':
      return judgeTimestamp(metadata, state.last({ ...of, role: 'snapshot' }));
    case 'root':
      break;
  }
  return refused('wrong-type', `Expected ${of.role} of the ${of.repository} repository, found ${metadata.type}.`);
}

async function judgeAssigned(
  images: ImageCopies,
  { tenant, device }: Extract<SignedRole, { repository: 'director' }>,
  metadata: Extract<Metadata, { type: 'targets' }>,
): Promise<Verdict> {
  const paths = [...metadata.targets.keys()];
  const lookups = paths.length === 0 ? new Map() : await images.of(tenant).lookUp(paths);
  return 'ok' in lookups ? lookups : judgeDirectorTargets(metadata, lookups, device);
}

/**
 * What a new snapshot is held against where the last one was never named by a timestamp: the last that was. No client can
 * have seen the other, and a publication that was cut off there must not keep what stands from being renewed.
 */
function shownSnapshot(state: SignerState, of: SignedRole, last: SignedRecord): Metadata | undefined {
  const named = state.last({ tenant: of.tenant, repository: 'image', role: 'timestamp' })?.listed;
  if (named === undefined || named === last.version) return undefined;
  // Of snapshots that nobody was shown only a few are kept; after more the last one counts.
  const opened = openMetadata(Buffer.from(state.file(of.tenant, 'snapshot', named) ?? '', 'utf8'));
  return opened.ok ? { ...opened.metadata, version: last.version } : undefined;
}

function previousFile(state: SignerState, of: SignedRole, last: SignedRecord): Metadata {
  if (of.repository === 'director') return previousDirectorFile(of, last);
  const shown = of.role === 'snapshot' ? shownSnapshot(state, of, last) : undefined;
  if (shown) return shown;
  const opened = openMetadata(Buffer.from(state.file(of.tenant, of.role, last.version) ?? '', 'utf8'));
  if (opened.ok) return opened.metadata;
  throw new FettleError('internal', `Expected the ${of.role} signed last as it was kept: ${opened.message}`);
}
