import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Options } from './context.ts';
import { verifyDossier } from './verify-dossier.ts';

const usage = `usage: node verify.mjs DOSSIER.zip [--key PUBLIC.pem]... [--vkey NAME+ID+BASE64]... [--root SHA256] [--json]
exit code 0: it holds; 1: it is refused; 2: it was not called as it should be`;

/** The verifier as a program: what it is told, what it says, and its exit code. */
function runVerifier(args: readonly string[]): number {
  const asked = argumentsOf(args);
  if (!asked) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const own = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex');
  const verdict = verifyDossier(readFileSync(asked.file), asked.options);
  if (asked.json) process.stdout.write(`${JSON.stringify({ ...verdict, verifier: own }, null, 2)}\n`);
  else {
    const lines = [
      `verifier ${own}`,
      ...verdict.passed.map((one) => `  holds    ${one}`),
      ...verdict.notes.map((one) => `  NOTE     ${one}`),
      ...verdict.refusals.map(({ file, rule, why }) => `  REFUSED  ${file} by ${rule}: ${why}`),
      `${verdict.ok ? 'ACCEPTED' : 'REFUSED'}: ${verdict.about}`,
    ];
    process.stdout.write(`${lines.map(printable).join('\n')}\n`);
  }
  return verdict.ok ? 0 : 1;
}

function argumentsOf(args: readonly string[]): { file: string; json: boolean; options: Options } | undefined {
  const keys: string[] = [];
  const vkeys: string[] = [];
  let [file, root, json]: [string | undefined, string | undefined, boolean] = [undefined, undefined, false];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '--json') json = true;
    else if (word === '--key') keys.push(readFileSync(args[++i] ?? '', 'utf8'));
    else if (word === '--vkey') vkeys.push(args[++i] ?? '');
    else if (word === '--root') root = args[++i];
    else if (file === undefined && !word.startsWith('-')) file = word;
    else return undefined;
  }
  return file === undefined ? undefined : { file, json, options: { keys, vkeys, root } };
}

/** What comes from outside moves no cursor. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}

process.exitCode = runVerifier(process.argv.slice(2));
