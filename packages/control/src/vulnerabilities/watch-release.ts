import {
  believedBy,
  type DataTrust,
  type GateReport,
  gateLimits,
  inventoryKind,
  type SoftwareInventory,
} from '@fettle/gates';
import type { Digest, Finding, Fleet, Instant, Release, ReleaseCheck, ReleaseId } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { artifactsKey } from '../checks/demand-clearance.ts';
import { encodeReports, type KeptReports, readReports } from '../checks/gate-reports.ts';
import { isWaivedBy, validWaivers } from '../checks/judge-check.ts';
import { rejudgeRelease } from '../checks/rejudge.ts';
import type { Reads, Writes } from '../ports.ts';
import { keptComponents } from './component-names.ts';
import { lookAgainAt } from './look-again.ts';
import type { NamedSets } from './vulnerability-lookup.ts';
import type { KeptComponent, ReleaseFinding } from './vulnerability-store.ts';

/** What a release is looked at by. */
export interface WatchOrder {
  readonly fleet: Fleet;
  readonly sets: NamedSets;
  /** Whose signatures the sets need to count; undefined where the policy asks for none. */
  readonly trust: DataTrust | undefined;
  readonly setsKey: string;
}

/**
 * Looks at a published release by the data that are current: keeps its components when they are not kept yet, runs the
 * gate `vulnerabilities` over them, notes what is found. New critical findings are told of; where the policy says `hold`
 * the release is judged anew by them, and so is everywhere what people signed for it.
 */
export async function watchRelease(scope: Scope, brain: Brain, id: ReleaseId, order: WatchOrder): Promise<void> {
  const reads = brain.store.reads(scope);
  const release = await reads.release(id);
  if (!release) return;
  const check = await checkOf(reads, release);
  const before = await reads.releaseWatch(id);
  const components =
    before && before.components >= 0 ? before.components : await keepComponents(scope, brain, { release, check });
  const known = check ? (await readReports(reads, check)).flatMap(({ reports }) => reports) : [];
  const reports = components < 0 ? [] : await recheck(scope, brain, { release, check, ...order });
  const { told, isFollowed } = await note(scope, brain, {
    release,
    order,
    components,
    reports,
    known,
    checkedAt: check?.endedAt ?? null,
  });
  const isRenewed = reports.length > 0 || (before !== undefined && before.report !== '');
  const isChanged = isFollowed && isRenewed && (await rejudgeRelease(scope, brain, release));
  if (isFollowed) await noteWatched(scope, brain, id, order);
  if (told || isChanged) fleetChanged(brain, scope.tenant, release.fleet);
}

async function noteWatched(scope: Scope, brain: Brain, id: ReleaseId, { setsKey }: WatchOrder): Promise<void> {
  await brain.store.transact(scope, async (tx) => {
    const watch = await tx.releaseWatch(id);
    if (watch) await tx.saveReleaseWatch({ ...watch, setsKey });
  });
}

async function checkOf(
  reads: Reads,
  { clearance, fleet, version, artifacts }: Release,
): Promise<ReleaseCheck | undefined> {
  if (clearance) return reads.releaseCheck(clearance.check);
  const newest = await reads.newestCheckOf(fleet, { version, artifacts: artifactsKey(artifacts) });
  return newest?.status === 'done' ? newest : undefined;
}

/** Components that are written in one transaction. */
const batch = 100;

/** @returns how many are kept; -1 when no check says what the release consists of */
async function keepComponents(
  scope: Scope,
  brain: Brain,
  { release, check }: { readonly release: Release; readonly check: ReleaseCheck | undefined },
): Promise<number> {
  const inventories = new Map<Digest, Digest>();
  for (const { kind, artifact, digest } of check?.records ?? []) {
    if (kind === inventoryKind && artifact !== null) inventories.set(artifact, digest);
  }
  if (release.artifacts.some(({ digest }) => !inventories.has(digest))) return -1;
  await brain.store.transact(scope, (tx) => tx.deleteComponents(release.id));
  let kept = 0;
  for (const [artifact, digest] of inventories) {
    const evidence = await brain.store.reads(scope).evidence(digest);
    if (!evidence) return -1;
    // Written by this server, and named by its digest.
    const inventory: SoftwareInventory = JSON.parse(evidence.text);
    const components = keptComponents(inventory);
    for (let from = 0; from < components.length; from += batch) {
      const part = { release: release.id, artifact, from, components: components.slice(from, from + batch) };
      await brain.store.transact(scope, (tx) => tx.insertComponents(part));
      await brain.clock.turn();
    }
    kept += components.length;
  }
  return kept;
}

interface Recheck extends WatchOrder {
  readonly release: Release;
  readonly check: ReleaseCheck | undefined;
}

async function recheck(
  scope: Scope,
  brain: Brain,
  { release, check, fleet, sets, trust }: Recheck,
): Promise<KeptReports[]> {
  const lookup = brain.vulnerabilities;
  // Where data have to be signed and none count, the gate says so: what an earlier look found must not pass for today's.
  if (!lookup || (!trust && !namesPackages(sets))) return [];
  const reads = brain.store.reads(scope);
  const components = await componentsByArtifact(reads, release.id);
  const texts = await vexTexts(reads, check);
  const kept: KeptReports[] = [];
  for (const { digest, deviceType, component, sizeBytes } of release.artifacts) {
    const report = await lookup.recheck({
      sets,
      candidate: { digest, deviceType, component, sizeBytes, fleet: release.fleet, version: release.version },
      components: components.get(digest) ?? [],
      vex: texts.map((text) => ({ text, deviceType, expiresAt: (check?.endedAt ?? 0) + gateLimits.suppliedVexMs })),
      settings: {
        ...fleet.releasePolicy?.settings.vulnerabilities,
        ...believedBy(fleet.releasePolicy, trust),
      },
      now: brain.clock.now(),
    });
    kept.push({ artifact: digest, reports: [report] });
  }
  return kept;
}

function namesPackages(sets: NamedSets): boolean {
  return sets.some(({ kind }) => kind === 'osv');
}

async function componentsByArtifact(reads: Reads, release: ReleaseId): Promise<Map<Digest, KeptComponent[]>> {
  const found = new Map<Digest, KeptComponent[]>();
  for (let after: string | undefined; ; ) {
    const { items, next } = await reads.componentsOf(release, { after, limit: 500 });
    for (const { artifact, component } of items) {
      const together = found.get(artifact);
      if (together) together.push(component);
      else found.set(artifact, [component]);
    }
    if (next === null) return found;
    after = next;
  }
}

async function vexTexts(reads: Reads, check: ReleaseCheck | undefined): Promise<string[]> {
  const texts: string[] = [];
  for (const { kind, digest } of check?.supplied ?? []) {
    const evidence = kind === 'vex' ? await reads.evidence(digest) : undefined;
    if (evidence) texts.push(evidence.text);
  }
  return texts;
}

interface Noted {
  readonly release: Release;
  readonly order: WatchOrder;
  readonly components: number;
  readonly reports: readonly KeptReports[];
  /** What the gates said when the release was checked. */
  readonly known: readonly GateReport[];
  readonly checkedAt: Instant | null;
}

interface Followed {
  /** Whether something new was told of. */
  readonly told: boolean;
  /** Whether something else follows from what was found: the release is held, or signatures under it count no more. */
  readonly isFollowed: boolean;
}

async function note(scope: Scope, brain: Brain, noted: Noted): Promise<Followed> {
  const { release, order, components, reports } = noted;
  return brain.store.transact(scope, async (tx) => {
    const now = brain.clock.now();
    const before = await tx.releaseWatch(release.id);
    const isSigned = (await tx.release(release.id))?.approvals?.some(({ judged }) => judged !== undefined) === true;
    const isHeld = order.fleet.releasePolicy?.onNewFindings === 'hold';
    // Data that count may take the place of those of the check.
    const isFollowed = isSigned || isHeld || order.trust !== undefined;
    const stored = new Map((await tx.findingsOfRelease(release.id)).map((finding) => [keyOf(finding), finding]));
    const waivers = await validWaivers(tx, order.fleet, now);
    const found = findingsOf(noted, { stored, now });
    // Nothing was looked up: what was known stays known.
    const isBlind = reports.length === 0 || !namesPackages(order.sets);
    if (!isBlind) await writeDifference(tx, stored, found);
    const critical = [...found.values()].filter(({ row }) => row.isOpen && row.severity === 'critical');
    const isWaived = isWaivedBy(waivers, now);
    const open = critical.filter(({ finding }) => !isWaived(finding));
    const isKnown = knownBefore(noted, stored, before !== undefined);
    const fresh = open.filter(({ row }) => !isKnown(row));
    await tx.saveReleaseWatch({
      release: release.id,
      fleet: release.fleet,
      // What a process that died left half done is done again.
      setsKey: isFollowed ? '' : order.setsKey,
      components,
      openCritical: open.length,
      report: reports.length === 0 ? '' : `[${reports.map(encodeReports).join(',')}]`,
      at: now,
      lookAgainAt: lookAgainAt(reports, now),
    });
    if (fresh.length === 0 || release.status !== 'published') return { told: false, isFollowed };
    const act = isHeld ? 'held as its policy says' : 'told only';
    const names = fresh
      .slice(0, 10)
      .map(({ row, finding }) => `${row.vulnerability} in ${finding.details?.component ?? row.component}`);
    const more = fresh.length > names.length ? ` and ${fresh.length - names.length} more` : '';
    await tx.appendAudit({
      verb: 'release.vulnerable',
      object: `release/${release.id}`,
      fleet: release.fleet,
      before: null,
      after: null,
      reason: `${release.version}: new critical findings, ${act}: ${names.join(', ')}${more}`.slice(0, 500),
    });
    return { told: true, isFollowed };
  });
}

interface FoundRow {
  readonly row: ReleaseFinding;
  readonly finding: Finding;
}

function findingsOf(
  { release, reports, known, checkedAt }: Noted,
  { stored, now }: { readonly stored: ReadonlyMap<string, ReleaseFinding>; readonly now: Instant },
): ReadonlyMap<string, FoundRow> {
  const atCheck = fingerprintsOf(known);
  const found = new Map<string, FoundRow>();
  for (const {
    artifact,
    reports: [report],
  } of reports) {
    for (const finding of report?.findings ?? []) {
      const component = String(finding.details?.component ?? '');
      const about = { release: release.id, artifact, vulnerability: finding.rule, component };
      const isOpen = finding.details?.open === true;
      const first = atCheck.has(finding.fingerprint) && checkedAt !== null ? checkedAt : now;
      const foundAt = stored.get(keyOf(about))?.foundAt ?? first;
      const vex = String(finding.details?.vexStatus ?? 'none');
      const row: ReleaseFinding = { ...about, isOpen, severity: finding.severity, vex, foundAt };
      const other = found.get(keyOf(row));
      // The same bytes for another device type: what is open for one counts.
      if (!other || (!other.row.isOpen && isOpen)) found.set(keyOf(row), { row, finding });
    }
  }
  return found;
}

async function writeDifference(
  tx: Writes,
  stored: ReadonlyMap<string, ReleaseFinding>,
  found: ReadonlyMap<string, FoundRow>,
): Promise<void> {
  for (const [key, finding] of stored) if (!found.has(key)) await tx.deleteFinding(finding);
  for (const [key, { row }] of found) {
    const old = stored.get(key);
    const isSame = old && old.isOpen === row.isOpen && old.severity === row.severity && old.vex === row.vex;
    if (!isSame) await tx.saveFinding(row);
  }
}

/** Known is what stood there before; the first time, what the check itself had found. */
function knownBefore(
  { known }: Noted,
  stored: ReadonlyMap<string, ReleaseFinding>,
  isWatched: boolean,
): (row: ReleaseFinding) => boolean {
  const atCheck = new Set(
    known.flatMap(({ findings }) =>
      findings.filter(isOpenCritical).map(({ rule, details }) => `${rule} ${details?.component}`),
    ),
  );
  return (row) => {
    const old = stored.get(keyOf(row));
    if (old) return old.isOpen && old.severity === 'critical';
    return !isWatched && atCheck.has(`${row.vulnerability} ${row.component}`);
  };
}

function isOpenCritical({ gate, severity, details }: Finding): boolean {
  return gate === 'vulnerabilities' && severity === 'critical' && details?.open === true;
}

function fingerprintsOf(reports: readonly GateReport[]): ReadonlySet<string> {
  return new Set(reports.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint)));
}

function keyOf({
  artifact,
  vulnerability,
  component,
}: Pick<ReleaseFinding, 'artifact' | 'vulnerability' | 'component'>): string {
  return `${artifact} ${vulnerability} ${component}`;
}
