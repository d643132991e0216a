import { FettleError } from '@fettle/model';
import type { Cosigned } from './note.ts';
import { type NoteKey, readVkey } from './note-keys.ts';

/** A group of witnesses or of groups, of which some must have cosigned. */
interface PolicyGroup {
  readonly least: number;
  readonly members: readonly string[];
}

/** Whom somebody trusts to keep a log honest. */
export interface LogPolicy {
  readonly logs: readonly NoteKey[];
  /** By the name that the policy gives them. */
  readonly witnesses: ReadonlyMap<string, NoteKey>;
  readonly groups: ReadonlyMap<string, PolicyGroup>;
  /** A witness or group, or `none`. */
  readonly quorum: string;
}

const mostLines = 1_000;

/**
 * Reads a policy: lines `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME N|any|all MEMBER…`, `quorum NAME|none`.
 * A member stands above the group that names it, so that no group holds itself.
 * @throws FettleError `invalid-input` with the line
 * @source C2SP tlog-policy
 */
export function readLogPolicy(text: string): LogPolicy {
  const lines = text.split('\n');
  if (lines.length > mostLines) throw new FettleError('too-large', `A policy has at most ${mostLines} lines.`);
  const made = { logs: [] as NoteKey[], witnesses: new Map<string, NoteKey>(), groups: new Map<string, PolicyGroup>() };
  let quorum: string | undefined;
  for (const [i, line] of lines.entries()) {
    const [word, ...rest] = line
      .replace(/^\s*#.*$/, '')
      .trim()
      .split(/\s+/);
    if (word === '' || word === undefined) continue;
    if (word === 'quorum' && quorum === undefined && rest.length === 1) quorum = rest[0];
    else readLine(made, word, { rest, at: i + 1 });
  }
  if (made.logs.length === 0) throw new FettleError('invalid-input', 'The policy names no log: add a line "log VKEY".');
  if (quorum === undefined || (quorum !== 'none' && !isMember(made, quorum))) {
    throw new FettleError(
      'invalid-input',
      'The policy needs one line "quorum NAME" of a witness or group, or "quorum none".',
    );
  }
  return { ...made, quorum };
}

interface Made {
  readonly logs: NoteKey[];
  readonly witnesses: Map<string, NoteKey>;
  readonly groups: Map<string, PolicyGroup>;
}

function readLine(made: Made, word: string, { rest, at }: { rest: readonly string[]; at: number }): void {
  const [name = '', second = '', ...members] = rest;
  const isFree = name !== '' && name !== 'none' && !isMember(made, name);
  const key = word === 'log' ? name : second;
  if (word === 'log' || (word === 'witness' && isFree)) {
    const read = readVkey(key);
    if (read.kind !== word) throw bad(at, `expected the verifier key of a ${word}`);
    if (word === 'log') made.logs.push(read);
    else made.witnesses.set(name, read);
  } else if (word === 'group' && isFree) {
    const least = second === 'any' ? 1 : second === 'all' ? members.length : Number(second);
    const areKnown = members.every((member) => isMember(made, member)) && new Set(members).size === members.length;
    if (!areKnown || !Number.isInteger(least) || least < 1 || least > members.length) {
      throw bad(at, 'expected "group NAME N|any|all MEMBER…" with members that stand above, each once');
    }
    made.groups.set(name, { least, members });
  } else throw bad(at, 'expected log, witness, group or quorum, each name once');
}

function isMember({ witnesses, groups }: Made, name: string): boolean {
  return witnesses.has(name) || groups.has(name);
}

function bad(line: number, why: string): FettleError {
  return new FettleError('invalid-input', `Line ${line} of the policy: ${why}.`, { details: { line } });
}

/** Every key of a policy. */
export function policyKeys({ logs, witnesses }: LogPolicy): readonly NoteKey[] {
  return [...logs, ...witnesses.values()];
}

/** Whether those who cosigned are as many as the policy wants. */
export function quorumOf(
  policy: LogPolicy,
  cosigned: readonly Cosigned[],
): { readonly ok: true } | { readonly ok: false; readonly why: string } {
  const { quorum, witnesses, groups } = policy;
  const signed = new Set(cosigned.map(({ key }) => key));
  const reached = new Set<string>();
  for (const [name, key] of witnesses) if (signed.has(key)) reached.add(name);
  // Members stand above their group: one pass in order sees all of them.
  for (const [name, { least, members }] of groups) {
    if (members.filter((member) => reached.has(member)).length >= least) reached.add(name);
  }
  if (quorum === 'none' || reached.has(quorum)) return { ok: true };
  const found = [...witnesses.keys()].filter((name) => reached.has(name)).join(', ') || 'none';
  return { ok: false, why: `the quorum "${quorum}" of witnesses is not reached; cosigned: ${found}` };
}
