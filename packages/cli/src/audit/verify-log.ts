import type { AuditEventView, AuditLogView } from '@fettle/api';
import type { AuditEvent } from '@fettle/model';
import {
  type CommittedField,
  edgeRoot,
  emptyEdge,
  entryDifferences,
  growTree,
  type Hash,
  type LogPolicy,
  leafHash,
  policyKeys,
  quorumOf,
  readBundle,
  readEntry,
  sameHash,
  type TreeEdge,
  tilePath,
  tileWidth,
  verifyCheckpoint,
  widthAt,
} from '@fettle/trust';
import type { LogSource } from './log-source.ts';

/** What is known of a log from before, or from elsewhere. */
export interface Known {
  readonly policy: LogPolicy;
  /** The last checkpoint that was verified here. */
  readonly seen?: { readonly size: number; readonly root: Hash } | undefined;
  /** The tenant whose log it is said to be; absent when nobody can tell. */
  readonly tenant?: string | undefined;
}

/** What was found; only without problems it is the log that it claims to be. */
export interface Verification {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  readonly cosignedBy: readonly string[];
  /** Events whose names or texts were erased. */
  readonly erased: number;
  /** At most `mostProblems`. */
  readonly problems: readonly string[];
  readonly problemsLeftOut: number;
}

const mostProblems = 50;

/**
 * Verifies a log from nothing but its bytes and keys that were known before: checkpoint, quorum, every entry, every
 * tile, every event that is told, and that it goes on from what was seen last.
 */
export async function verifyLog(source: LogSource, { policy, seen, tenant }: Known): Promise<Verification> {
  const problems: string[] = [];
  let problemsLeftOut = 0;
  const complain = (why: string) => {
    if (problems.length < mostProblems) problems.push(why);
    else problemsLeftOut++;
  };
  const note = Buffer.from(await source.file('checkpoint')).toString();
  const verdict = verifyCheckpoint(note, policyKeys(policy));
  if (!verdict.ok) {
    const root = new Uint8Array();
    return {
      origin: '',
      size: 0,
      root,
      cosignedBy: [],
      erased: 0,
      problems: [`checkpoint: ${verdict.why}`],
      problemsLeftOut,
    };
  }
  const { checkpoint, cosigned } = verdict;
  const { origin, size, root } = checkpoint;
  const quorum = quorumOf(policy, cosigned);
  if (!quorum.ok) complain(`checkpoint: ${quorum.why}`);
  if (seen && seen.size > size) complain(`checkpoint: it has ${size} entries, ${seen.size} were seen before`);
  const log = await source.log();
  if (log.origin !== origin) complain(`log: the checkpoint is of ${origin}, the server speaks of ${log.origin}`);
  const walk: Walk = { source, log, size, seen, tenant, complain, erased: 0 };
  const edge = await walkEntries(walk);
  if (edge.size !== size || !sameHash(edgeRoot(edge), root))
    complain('entries: they do not have the root that was signed');
  const cosignedBy = cosigned.map(({ key }) => key.name);
  return { origin, size, root, cosignedBy, erased: walk.erased, problems, problemsLeftOut };
}

interface Walk {
  readonly source: LogSource;
  readonly log: AuditLogView;
  readonly size: number;
  readonly seen: Known['seen'];
  readonly tenant: string | undefined;
  readonly complain: (why: string) => void;
  erased: number;
}

/** Reads every bundle of entries once, with the events and salts beside it. */
async function walkEntries(walk: Walk): Promise<TreeEdge> {
  const { source, log, size, seen, complain } = walk;
  const told = tellEvents(walk);
  let edge = emptyEdge;
  try {
    for (let index = 0; index * tileWidth < size; index++) {
      const width = widthAt(0, index, size);
      const path = tilePath({ level: 'entries', index, width });
      const entries = readBundle(await source.file(path), width);
      if (!entries) {
        complain(`${path}: it is not a bundle of ${width} entries`);
        return edge;
      }
      for (const [i, entry] of entries.entries()) await told(log.base + index * tileWidth + i + 1, entry);
      const leaves = entries.map(leafHash);
      if (seen && seen.size >= edge.size && seen.size < edge.size + leaves.length) demandSeen(walk, edge, leaves);
      const grown = growTree(edge, leaves);
      edge = grown.edge;
      for (const { level, index: at, hashes } of grown.tiles) {
        await compareTile(walk, tilePath({ level, index: at, width: tileWidth }), hashes);
      }
    }
  } finally {
    await told.close();
  }
  if (seen && seen.size === edge.size) demandSeen(walk, edge, []);
  for (const [level, hashes] of edge.levels.entries()) {
    const index = Math.floor(size / tileWidth ** (level + 1));
    if (hashes.length > 0) await compareTile(walk, tilePath({ level, index, width: hashes.length }), hashes);
  }
  return edge;
}

function demandSeen({ seen, complain }: Walk, edge: TreeEdge, leaves: readonly Hash[]): void {
  if (!seen) return;
  const then = growTree(edge, leaves.slice(0, seen.size - edge.size)).edge;
  if (!sameHash(edgeRoot(then), seen.root))
    complain(`history: the first ${seen.size} entries are others than were seen before`);
}

async function compareTile({ source, complain }: Walk, path: string, hashes: readonly Hash[]): Promise<void> {
  const bytes = await source.file(path);
  if (Buffer.compare(bytes, Buffer.concat(hashes)) !== 0) complain(`${path}: its hashes are not those of the entries`);
}

/** Compares entries, in their order, with the events that are told and what opens their commitments. */
function tellEvents(walk: Walk) {
  const { source, log, complain } = walk;
  const events = ahead(source.events(log.base));
  const salts = ahead(source.salts(log.base));
  const look = async (sequence: number, bytes: Uint8Array): Promise<void> => {
    const entry = readEntry(Buffer.from(bytes).toString());
    if (!entry || entry.sequence !== sequence) return void complain(`event ${sequence}: its entry is none of Fettle`);
    if (walk.tenant !== undefined && entry.tenant !== walk.tenant)
      complain(`event ${sequence}: it is of ${entry.tenant}`);
    const open: Partial<Record<CommittedField, string>> = {};
    for (let salt = await salts.peek(); salt && salt.sequence <= sequence; salt = await salts.peek()) {
      if (salt.sequence === sequence) open[salt.field] = salt.salt;
      await salts.take();
    }
    const event = await events.peek();
    if (event?.sequence !== sequence) return void complain(`event ${sequence}: it is in the log, but not told`);
    await events.take();
    const differing = entryDifferences(entry, eventOf(event), open);
    if (differing.length > 0) complain(`event ${sequence}: it is told with another ${differing.join(', ')}`);
    if (Object.keys(entry.commitments ?? {}).length > Object.keys(open).length) walk.erased++;
  };
  return Object.assign(look, {
    close: async () => {
      await events.close();
      await salts.close();
    },
  });
}

function eventOf(view: AuditEventView): AuditEvent {
  return { ...view, at: Date.parse(view.at) } as AuditEvent;
}

/** Looks at the next of a stream before it is taken. */
function ahead<T>(rows: AsyncIterable<T>) {
  const iterator = rows[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<T>> | undefined;
  const peek = async (): Promise<T | undefined> => {
    next ??= iterator.next();
    const { done, value } = await next;
    return done ? undefined : value;
  };
  return {
    peek,
    async take() {
      await peek();
      next = undefined;
    },
    close: async () => void (await iterator.return?.()),
  };
}
