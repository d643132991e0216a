import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Options } from './pins.ts';
import { verifyDossier } from './verify-dossier.ts';

const usage = `usage: node verify.mjs DOSSIER.zip [--evidence-key PUBLIC.pem]... [--release-key PUBLIC.pem]...
         [--waiver-key PUBLIC.pem]... [--vkey NAME+ID+BASE64]... [--root SHA256] [--json]
Accepted is what rests on keys that you give, each for its use: the evidence key, a release key (or the root), the log's vkey,
and a waiver key where waivers were used.
exit code 0: accepted; 1: refused; 2: not called as it should be; 3: consistent, but keys are lacking that it rests on`;

const exitCodes = { accepted: 0, refused: 1, unpinned: 3 } as const;

/** The verifier as a program: what it is told, what it says, and its exit code. */
function runVerifier(args: readonly string[]): number {
  try {
    const { file, json, options } = argumentsOf(args);
    const own = createHash('sha256')
      .update(readFileSync(fileURLToPath(import.meta.url)))
      .digest('hex');
    const verdict = verifyDossier(readFileSync(file), options);
    if (json) process.stdout.write(`${JSON.stringify({ ...verdict, verifier: own }, null, 2)}\n`);
    else {
      const lines = [
        `verifier ${own}`,
        ...verdict.passed.map((one) => `  holds    ${one}`),
        ...verdict.notes.map((one) => `  NOTE     ${one}`),
        ...verdict.unpinned.map((one) => `  UNPINNED ${one}`),
        ...verdict.refusals.map(({ file: where, rule, why }) => `  REFUSED  ${where} by ${rule}: ${why}`),
        `${verdict.verdict.toUpperCase()}: ${verdict.about}`,
      ];
      process.stdout.write(`${lines.map(printable).join('\n')}\n`);
    }
    return exitCodes[verdict.verdict];
  } catch (error) {
    process.stderr.write(`${printable(error instanceof Error ? error.message : 'not readable')}\n${usage}\n`);
    return 2;
  }
}

interface Asked {
  readonly file: string;
  readonly json: boolean;
  readonly options: Options;
}

/** @throws Error what is wrong with them */
function argumentsOf(args: readonly string[]): Asked {
  const given = new Map<string, string[]>(
    ['--evidence-key', '--release-key', '--waiver-key', '--vkey', '--root'].map((name) => [name, []]),
  );
  const files: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    const values = given.get(word);
    if (values) values.push(valueAfter(args, i++));
    else if (word === '--key')
      throw new Error('a key counts for one use: give it as --evidence-key, --release-key or --waiver-key');
    else if (!word.startsWith('-')) files.push(word);
    else if (word !== '--json') throw new Error(`there is no option ${word}`);
  }
  const valuesOf = (name: string) => given.get(name) ?? [];
  const pemsOf = (name: string) => valuesOf(name).map((path) => readFileSync(path, 'utf8'));
  const [file, ...more] = files;
  const roots = valuesOf('--root');
  if (file === undefined || more.length > 0 || roots.length > 1) throw new Error('expected one dossier and one root');
  const options: Options = {
    evidenceKeys: pemsOf('--evidence-key'),
    releaseKeys: pemsOf('--release-key'),
    waiverKeys: pemsOf('--waiver-key'),
    vkeys: valuesOf('--vkey'),
    root: roots[0],
  };
  return { file, json: args.includes('--json'), options };
}

function valueAfter(args: readonly string[], at: number): string {
  const value = args[at + 1];
  if (value === undefined) throw new Error(`${args[at]} stands without a value`);
  return value;
}

/** What comes from outside moves no cursor. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}

process.exitCode = runVerifier(process.argv.slice(2));
