import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DataSetView } from '@fettle/api';
import { dataSetStatement, statementPayloadType } from '@fettle/gates';
import type { ImportedDataSet } from '@fettle/gates/vulnerabilities';
import { type DataSetKind, dataSetKinds, FettleError } from '@fettle/model';
import { signEnvelope } from '@fettle/trust';
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
import { openKey } from '../trust/open-key.ts';
import { bringDataSet } from '../vulnerabilities/bring-data-set.ts';

interface ImportOptions {
  readonly kind: DataSetKind;
  readonly source: string;
  readonly published?: string;
  readonly out?: string;
  readonly key?: string;
  readonly author?: string;
  readonly for: string;
  readonly type?: readonly string[];
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
        .option('--key <key>', 'key file or locator that signs the statement on it')
        .option('--author <name>', 'for vex: who says so, where the document does not')
        .option('--for <duration>', 'for vex: how long its statements are believed', '180d')
        .option('--type <type>', 'for vex: only for this device type; several times for several', collect),
    run: importFiles,
  });
  addCommand<{ statement?: string }>(vulndb, shell, {
    usage: 'add <file>',
    summary: 'bring a data set that was made by import --out',
    options: (command) =>
      command.option('--statement <file>', 'signed statement on it (default: FILE.dsse.json if there)'),
    run: async (context, { statement }, args) => {
      const file = textArgument(args, 0);
      const named =
        statement === undefined ? readFile(envelopeFile(file), 'utf8').catch(() => '') : readFile(statement, 'utf8');
      const added = await bringDataSet(context, file, (await named).trim());
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
  try {
    for (const [index, file] of files.entries()) {
      // Sets of one source replace each other: several files are several sources.
      const source = files.length === 1 ? options.source : `${options.source}/${basename(file)}`;
      const output = options.out ?? join(folder, String(index));
      // The importers are loaded by those who import.
      const { makeDataSet } = await import('../vulnerabilities/make-data-set.ts');
      const made = await makeDataSet({ ...wishOf(options), file, source, output });
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

function wishOf({ kind, published, author, type = [], for: life }: ImportOptions) {
  const importedAt = Date.now();
  const expiresAt = importedAt + parseDuration(life, '--for');
  const adoption = { expiresAt, deviceTypes: type, ...(author === undefined ? {} : { author }) };
  const publishedAt = published === undefined ? undefined : parseInstant(published, '--published');
  return { kind, importedAt, publishedAt, adoption };
}

async function keep(
  context: Context,
  { key, out }: ImportOptions,
  { made, output }: { readonly made: ImportedDataSet; readonly output: string },
): Promise<object> {
  const envelope = key === undefined ? '' : await sign(context, key, made);
  const { header, digest: sha256, sizeBytes } = made;
  context.note(`${header.kind} ${safeText(header.source)}: ${header.records} records, ${header.refused} refused`);
  if (out === undefined) return bringDataSet(context, output, envelope);
  if (envelope !== '') await writeFile(envelopeFile(out), `${envelope}\n`, { flag: 'wx' });
  return { file: out, sha256, sizeBytes, ...header };
}

async function sign(context: Context, key: string, made: ImportedDataSet): Promise<string> {
  const signer = await openKey(key, context.io);
  try {
    return JSON.stringify(await signEnvelope(statementPayloadType, dataSetStatement(made), [signer]));
  } finally {
    await signer.close();
  }
}

function envelopeFile(file: string): string {
  return `${file}.dsse.json`;
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
  const rows = found.map(({ sha256, kind, source, records, publishedAt, isSigned, isCurrent }) => [
    shortDigest(sha256),
    kind,
    safeText(source),
    String(records),
    formatAge(publishedAt, Date.now()),
    isSigned ? 'yes' : 'no',
    isCurrent ? style.good('current') : 'replaced',
  ]);
  return table(['set', 'kind', 'source', 'records', 'date', 'signed', 'used'], rows);
}
