import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { WaiverView } from '@fettle/api';
import { ruleProblem, waiverFrom, waiverPredicate } from '@fettle/gates';
import { FettleError } from '@fettle/model';
import { encodeStatement, signEnvelope, statementPayloadType } from '@fettle/trust';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { shortDigest } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { addCommand, addNoun, collect, type Shell, textArgument } from '../shell.ts';
import { openKey } from '../trust/open-key.ts';

interface SignOptions {
  readonly key: readonly string[];
  readonly gate: string;
  readonly rule: string;
  readonly fingerprint?: string;
  readonly place?: string;
  readonly reason: string;
  readonly author: string;
  readonly for: string;
  readonly out?: string;
}

/** `fettle waiver`: signed exceptions, which let findings stand for a while and are shown with them. */
export function addWaiverCommands(program: Command, shell: Shell): void {
  const waiver = addNoun(program, 'waiver', 'signed exceptions to what the gates found, for a while');
  addCommand<SignOptions>(waiver, shell, {
    usage: 'sign',
    summary: 'sign an exception with a key that the policy names, and bring it to the server',
    options: (command) =>
      command
        .requiredOption('--key <key>', 'key file or locator; several times for several signatures', collect)
        .requiredOption('--gate <gate>', 'gate that found it, e.g. secrets')
        .requiredOption('--rule <rule>', 'rule of the finding, e.g. private-key-pem or CVE-2026-1234')
        .option('--fingerprint <fingerprint>', 'only this finding; shown beside it')
        .option('--place <place>', 'only there; `*` at the end stands for any rest')
        .requiredOption('--reason <text>', 'why it may stand; shown with every verdict')
        .requiredOption('--author <name>', 'who answers for it')
        .option('--for <duration>', 'how long it lasts, a year at most', '90d')
        .option('--out <file>', 'write it there instead, for another to sign or to check with'),
    run: signWaiver,
  });
  addCommand(waiver, shell, {
    usage: 'add <file>',
    summary: 'bring a signed exception to the server',
    run: async (context, _, args) => bring(context, await readFile(textArgument(args, 0), 'utf8')),
  });
  addCommand(waiver, shell, {
    usage: 'list',
    summary: 'exceptions that count today',
    run: async (context) => {
      const fleet = await context.fleet();
      const found = await everyRow((await context.client()).all('listWaivers', { fleet }));
      context.say(found, (style) => waiverTable(found, style));
      return undefined;
    },
  });
  addCommand<{ reason: string }>(waiver, shell, {
    usage: 'revoke <sha256>',
    summary: 'end an exception: its findings are back',
    options: (command) => command.requiredOption('--reason <text>', 'kept in the audit log'),
    run: async (context, { reason }, args) => {
      const fleet = await context.fleet();
      const wanted = textArgument(args, 0);
      const known = await everyRow((await context.client()).all('listWaivers', { fleet }));
      const fits = known.filter(({ sha256 }) => sha256.startsWith(wanted));
      const [found] = fits;
      if (!found || fits.length > 1) {
        throw new FettleError('not-found', `Expected one waiver that begins with ${wanted}, found ${fits.length}.`, {
          details: { next: 'fettle waiver list' },
        });
      }
      await (await context.client()).revokeWaiver({ fleet, sha256: found.sha256, reason });
      context.say(found, (style) => `${style.bad('revoked')} ${shortDigest(found.sha256)}: its findings are back`);
      return undefined;
    },
  });
}

async function signWaiver(context: Context, options: SignOptions): Promise<undefined> {
  const fleet = await context.fleet();
  const now = Date.now();
  const predicate = {
    fleet,
    gate: options.gate,
    rule: options.rule,
    ...(options.fingerprint === undefined ? {} : { fingerprint: options.fingerprint }),
    ...(options.place === undefined ? {} : { place: options.place }),
    reason: options.reason,
    author: options.author,
    issuedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + parseDuration(options.for, '--for')).toISOString(),
  };
  const { gate, rule } = waiverFrom(predicate);
  const problem = ruleProblem(gate, rule);
  if (problem !== undefined) {
    throw new FettleError('invalid-input', `--rule: ${problem}`, {
      details: { next: 'fettle release report VERSION' },
    });
  }
  // The statement is about the fleet: findings come and go with the artifacts.
  const subject = [{ name: `fettle:${fleet}`, sha256: createHash('sha256').update(`fettle:${fleet}`).digest('hex') }];
  const statement = encodeStatement({ subject, predicateType: waiverPredicate, predicate });
  const signers = [];
  try {
    for (const key of options.key) signers.push(await openKey(key, context.io));
    const envelope = JSON.stringify(await signEnvelope(statementPayloadType, statement, signers));
    if (options.out === undefined) return await bring(context, envelope);
    await writeFile(options.out, `${envelope}\n`, { flag: 'wx' });
    context.say({ file: options.out }, () => `signed into ${options.out}`);
    context.note(`next: fettle waiver add ${options.out}`);
    return undefined;
  } finally {
    for (const signer of signers) await signer.close();
  }
}

async function bring(context: Context, text: string): Promise<undefined> {
  const fleet = await context.fleet();
  const added = await (await context.client()).addWaiver({ fleet, envelope: text.trim() });
  context.say(added, (style) => `${style.good('added')} ${shortDigest(added.sha256)}, until ${added.expiresAt}`);
  return undefined;
}

function waiverTable(found: readonly WaiverView[], style: Style): string {
  if (found.length === 0) return 'No exception counts today.';
  const rows = found.map(({ sha256, gate, rule, place, expiresAt, author, reason }) => [
    shortDigest(sha256),
    `${gate}/${safeText(rule)}`,
    safeText(place ?? 'anywhere'),
    style.waiting(expiresAt.slice(0, 10)),
    safeText(author),
    safeText(reason),
  ]);
  return table(['waiver', 'what', 'where', 'until', 'author', 'reason'], rows);
}
