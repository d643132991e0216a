import type { SignedTrustChangeView, TrustChangeView } from '@fettle/api';
import { FettleError, type Instant, type Repository } from '@fettle/model';
import { encodeMetadata, type Metadata } from '@fettle/trust';
import type { Context } from '../context.ts';
import { type ChangeEvidence, type Examined, examineChange } from './examine-change.ts';
import { type RepositoryName, readPin } from './pins.ts';
import { type ChangeAbout, describeChange, describeWait, type ShownChange, shownChange } from './show-change.ts';
import { fileText, standingOf } from './standing.ts';

/** A change of the server, verified on this machine. */
export interface OpenedChange {
  readonly view: SignedTrustChangeView;
  readonly name: RepositoryName;
  readonly about: ChangeAbout;
  readonly evidence: ChangeEvidence;
  readonly examined: Examined;
  readonly shown: ShownChange;
}

/** Gets a change with all that proves what it does. */
export async function openChange(
  context: Context,
  change: string,
  options: { readonly root?: string | undefined; readonly now: Instant },
): Promise<OpenedChange> {
  const client = await context.client();
  const view = await client.getTrustChange({ change });
  const { id, role, requestedBy, reason } = view;
  const repository: Repository = view.repository;
  const payload = Buffer.from(view.payload, 'base64');
  const { name, roots } = await standingOf(context, repository, { root: options.root });
  const isFleet = role !== 'root' && role !== 'targets';
  const evidence: ChangeEvidence = {
    roots,
    targets: isFleet ? await fileText(client, repository, 'targets.json') : undefined,
    previous: role === 'root' ? undefined : await fileText(client, repository, `${role}.json`),
  };
  const trusted = await readPin(context.io.env, name);
  const examined = examineChange({ repository, role, payload }, evidence, { trusted, now: options.now });
  const about = { id, repository, role, requestedBy, reason, payload };
  const shown = shownChange(about, examined, new Set(view.signatures.map(({ keyId }) => keyId)));
  return { view, name, about, evidence, examined, shown };
}

/** The next file of a role, before anybody signed it. */
export interface FileToStage {
  readonly repository: Repository;
  readonly role: string;
  readonly metadata: Metadata;
  readonly reason: string;
}

/** Brings the next file of a role to the server, where it waits for signatures. */
export async function stageFile(context: Context, file: FileToStage): Promise<TrustChangeView> {
  const { repository, role, metadata, reason } = file;
  const payload = Buffer.from(encodeMetadata(metadata)).toString('base64');
  const request = { repository, role, payload, ...(reason === '' ? {} : { reason }) };
  return (await context.client()).requestTrustChange(request);
}

/** Shows changes that were just staged, with what to type next. */
export async function sayStaged(context: Context, changes: readonly TrustChangeView[]): Promise<void> {
  const now = Date.now();
  const opened: OpenedChange[] = [];
  for (const { id } of changes) opened.push(await openChange(context, id, { now }));
  const [only] = changes;
  const said = changes.length === 1 && only ? { ...only, ...withoutId(opened[0]) } : opened.map(({ shown }) => shown);
  context.say(said, (style) =>
    opened.map(({ shown }) => `${describeChange(shown, style)}\n${describeWait(shown)}`).join('\n\n'),
  );
  for (const { id } of changes) {
    context.note(`next: fettle root sign ${id} --key LOCATOR   (away from the network: fettle root request ${id})`);
  }
}

function withoutId(opened: OpenedChange | undefined) {
  if (!opened) throw new FettleError('internal', 'Expected the change that was staged, found none.');
  const { summary, payloadSha256, lacking, maySign } = opened.shown;
  return { summary, payloadSha256, lacking, maySign };
}
