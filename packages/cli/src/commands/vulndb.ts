import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DataSetView } from '@fettle/api';
import type { ImportedDataSet } from '@fettle/gates/vulnerabilities';
import { type DataSetKind, dataSetKinds, FettleError, type Instant } from '@fettle/model';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { formatAge, shortDigest } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseInstant } from '../parse/instant.ts';
import {
  addCommand,
  addNoun,
  type CommandArguments,
  collect,
  listArgument,
  type Shell,
  textArgument,
} from '../shell.ts';
import { bringDataSet } from '../vulnerabilities/bring-data-set.ts';
import { demandSame } from '../vulnerabilities/demand-same.ts';
import { identifyDataSet, signDataSet } from '../vulnerabilities/sign-data-set.ts';
import { readStatement, statementFile } from '../vulnerabilities/statement-file.ts';

/** What a data set is made by, beside its input. */
interface MakeOptions {
  readonly published?: string;
  readonly author?: string;
  readonly for: string;
  readonly type?: readonly string[];
}

interface ImportOptions extends MakeOptions {
  readonly kind: DataSetKind;
  readonly source: string;
  readonly out?: string;
  readonly key?: readonly string[];
}

/** `fettle vulndb`: vulnerability data, which the operator imports and the server never fetches. */
export function addVulndbCommands(program: Command, shell: Shell): void {
  const vulndb = addNoun(program, 'vulndb', 'vulnerability data: imported by you, never fetched by the server');
  addCommand<ImportOptions>(vulndb, shell, {
    usage: 'import <files...>',
    summary: 'make data sets of files on this machine, and bring them to the server',
    options: (command) =>
      command
        .addOption(new Option('--kind <kind>', 'what the files are').choices(dataSetKinds).makeOptionMandatory())
        .requiredOption('--source <name>', 'where they come from; a newer set of a source replaces the one before')
        .option('--published <time>', 'date of the data, where you know better than they say')
        .option('--out <file>', 'only write the data set there; `fettle vulndb add` brings it later')
        .option('--key <key>', 'key file or locator that signs the statement on it; several times for several', collect)
        .option('--author <name>', 'for vex: who says so, where the document does not')
        .option('--for <duration>', 'for vex: how long its statements are believed', '180d')
        .option('--type <type>', 'for vex: only for this device type; several times for several', collect),
    run: importFiles,
  });
  addCommand<SignOptions>(vulndb, shell, {
    usage: 'sign <file>',
    summary: 'sign a data set that was made by import --out, beside those who signed before',
    options: (command) =>
      command
        .option('--key <key>', 'key file or locator; several times for several', collect)
        .option('--statement <file>', 'signed statement on it (default: FILE.dsse.json)')
        .option('--from <file>', 'data that you fetched: sign only when the data set is what import makes of them')
        .option('--published <time>', 'with --from: as given to import')
        .option('--author <name>', 'with --from, for vex: as given to import')
        .option('--for <duration>', 'with --from, for vex: as given to import', '180d')
        .option('--type <type>', 'with --from, for vex: as given to import', collect),
    run: signFile,
  });
  addCommand<{ statement?: string }>(vulndb, shell, {
    usage: 'add <file>',
    summary: 'bring a data set that was made by import --out, or more signatures on one that is there',
    options: (command) =>
      command.option('--statement <file>', 'signed statement on it (default: FILE.dsse.json if there)'),
    run: async (context, { statement }, args) => {
      const file = textArgument(args, 0);
      const envelope = await readStatement(statement ?? statementFile(file));
      if (envelope === '' && statement !== undefined) {
        throw new FettleError('invalid-input', `${statement}: expected a signed statement, found no file.`);
      }
      const added = await bringDataSet(context, file, envelope);
      context.say(added, (style) => addedText(added, style));
      return undefined;
    },
  });
  addCommand(vulndb, shell, {
    usage: 'list',
    summary: 'data sets of the server, newest first',
    run: async (context) => {
      const found = await everyRow((await context.client()).all('listDataSets', {}));
      context.say(found, (style) => dataSetTable(found, style));
      return undefined;
    },
  });
  addCommand<{ reason: string }>(vulndb, shell, {
    usage: 'remove <sha256>',
    summary: 'let verdicts rest on a data set no more; releases are looked at again',
    options: (command) => command.requiredOption('--reason <text>', 'kept in the audit log'),
    run: remove,
  });
}

async function importFiles(context: Context, options: ImportOptions, args: CommandArguments): Promise<undefined> {
  const files = listArgument(args, 0);
  if (options.out !== undefined && files.length > 1) {
    throw new FettleError('invalid-input', `--out takes one data set; expected one file, found ${files.length}.`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'fettle-vulndb-out-'));
  const done: object[] = [];
  const importedAt = Date.now();
  try {
    for (const [index, file] of files.entries()) {
      // Sets of one source replace each other: several files are several sources.
      const source = files.length === 1 ? options.source : `${options.source}/${basename(file)}`;
      const output = options.out ?? join(folder, String(index));
      // The importers are loaded by those who import.
      const { makeDataSet } = await import('../vulnerabilities/make-data-set.ts');
      const made = await makeDataSet({
        ...wishOf(options, importedAt),
        kind: options.kind,
        importedAt,
        file,
        source,
        output,
      });
      for (const example of made.refusedExamples) context.note(`refused: ${safeText(example)}`);
      done.push(await keep(context, options, { made, output }));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  context.say(
    done,
    (style) => `${style.good(options.out === undefined ? 'imported' : 'written')} ${done.length} of ${files.length}`,
  );
  if (options.out !== undefined) context.note(`next: fettle vulndb add ${options.out}`);
  return undefined;
}

function wishOf({ published, author, type = [], for: life }: MakeOptions, importedAt: Instant) {
  const expiresAt = importedAt + parseDuration(life, '--for');
  const adoption = { expiresAt, deviceTypes: type, ...(author === undefined ? {} : { author }) };
  const publishedAt = published === undefined ? undefined : parseInstant(published, '--published');
  return { publishedAt, adoption };
}

async function keep(
  context: Context,
  { key = [], out }: ImportOptions,
  { made, output }: { readonly made: ImportedDataSet; readonly output: string },
): Promise<object> {
  const { header, digest: sha256, sizeBytes } = made;
  context.note(`${header.kind} ${safeText(header.source)}: ${header.records} records, ${header.refused} refused`);
  const path = statementFile(output);
  if (key.length > 0) await signDataSet(context, made, { keys: key, path });
  if (out === undefined) return bringDataSet(context, output, await readStatement(path));
  return { file: out, sha256, sizeBytes, ...header };
}

interface SignOptions extends MakeOptions {
  readonly key?: readonly string[];
  readonly statement?: string;
  readonly from?: string;
}

async function signFile(context: Context, options: SignOptions, args: CommandArguments): Promise<undefined> {
  const file = textArgument(args, 0);
  const path = options.statement ?? statementFile(file);
  const set = await identifyDataSet(context, file);
  const { kind, source, records, publishedAt, importedAt } = set.header;
  const when = { publishedAt: new Date(publishedAt).toISOString(), importedAt: new Date(importedAt).toISOString() };
  context.note(`${kind} ${safeText(source)}: ${records} records of ${when.publishedAt}, imported ${when.importedAt}`);
  if (options.from !== undefined) await demandSame(set, { ...wishOf(options, importedAt), file: options.from });
  const keyIds = await signDataSet(context, set, { keys: options.key ?? [], path });
  const signed = { file, statement: path, sha256: set.digest, kind, source, records, ...when, keyIds };
  context.say(signed, (style) => `${style.good('signed')} ${set.digest}, by ${keyIds.map(shortDigest).join(', ')}`);
  context.note(`next: fettle vulndb add ${file}`);
  return undefined;
}

async function remove(context: Context, { reason }: { reason: string }, args: CommandArguments): Promise<undefined> {
  const wanted = textArgument(args, 0);
  const client = await context.client();
  const fits = (await everyRow(client.all('listDataSets', {}))).filter(({ sha256 }) => sha256.startsWith(wanted));
  const [found] = fits;
  if (!found || fits.length > 1) {
    throw new FettleError('not-found', `Expected one data set that begins with ${wanted}, found ${fits.length}.`, {
      details: { next: 'fettle vulndb list' },
    });
  }
  await client.removeDataSet({ sha256: found.sha256, reason });
  context.say(found, (style) => `${style.bad('removed')} ${found.kind} ${safeText(found.source)}`);
  return undefined;
}

function addedText({ kind, source, records, publishedAt }: DataSetView, style: Style): string {
  return `${style.good('added')} ${kind} ${safeText(source)}: ${records} records of ${publishedAt}`;
}

function dataSetTable(found: readonly DataSetView[], style: Style): string {
  if (found.length === 0) return 'There are no vulnerability data: fettle vulndb import FILE --kind osv --source NAME';
  const rows = found.map(({ sha256, kind, source, records, publishedAt, keyIds, isCurrent }) => [
    shortDigest(sha256),
    kind,
    safeText(source),
    String(records),
    formatAge(publishedAt, Date.now()),
    keyIds.map((id) => safeText(shortDigest(id))).join(', ') || 'nobody',
    isCurrent ? style.good('current') : 'replaced',
  ]);
  return table(['set', 'kind', 'source', 'records', 'date', 'said to be signed by', 'used'], rows);
}
