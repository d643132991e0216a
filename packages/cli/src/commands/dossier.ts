import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Verdict, verifierFile, verifyDossier } from '@fettle/dossier';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { fetchDossier } from '../dossier/fetch-dossier.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatBytes } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { facts } from '../output/table.ts';
import { addCommand, addNoun, collect, type Shell, textArgument } from '../shell.ts';

interface VerifyOptions {
  readonly key?: readonly string[];
  readonly vkey?: readonly string[];
  readonly root?: string;
}

/** `fettle release dossier`: everything that proves a release, in one archive. */
export function addDossierCommand(release: Command, shell: Shell): void {
  addCommand<{ out?: string }>(release, shell, {
    usage: 'dossier <version>',
    summary: 'write everything that proves a release into one archive, with a verifier that needs only Node',
    options: (command) => command.option('-o, --out <file>', 'where it goes (default: FLEET-VERSION-dossier.zip)'),
    run: async (context, { out }, args) => {
      const version = textArgument(args, 0);
      const fleet = await context.fleet();
      const file = resolve(out ?? `${fleet}-${version.replace(/[^A-Za-z0-9._-]/g, '_')}-dossier.zip`);
      const { sizeBytes, sha256 } = await fetchDossier(context, { fleet, version }, file);
      const verdict = verifyDossier(await readFile(file));
      const verifier = createHash('sha256')
        .update(await readFile(verifierFile))
        .digest('hex');
      context.say({ file, sizeBytes, sha256, verifier, ok: verdict.ok, refusals: verdict.refusals }, (style) =>
        facts([
          ['dossier', style.strong(file)],
          ['size', formatBytes(sizeBytes)],
          ['sha256', sha256],
          ['verifier', verifier],
          ['verified', verdictText(verdict, style)],
        ]),
      );
      context.note(`next: fettle dossier verify ${file} --key KEY.pub, or node verify.mjs ${file} anywhere`);
      return verdict.ok ? undefined : exitCodes.refused;
    },
  });
}

/** `fettle dossier verify`: as the verifier in the archive does. */
export function addDossierCommands(program: Command, shell: Shell): void {
  const dossier = addNoun(program, 'dossier', 'archives that prove a release, without any server');
  addCommand<VerifyOptions>(dossier, shell, {
    usage: 'verify <file>',
    summary: 'check every file, signature and proof of a dossier',
    options: (command) =>
      command
        .option('--key <file>', 'public key that you trust: of evidence, of releases; several times', collect)
        .option('--vkey <vkey>', 'key of the audit log or of a witness, NAME+ID+BASE64; several times', collect)
        .option('--root <sha256>', 'SHA-256 of the first root of the image repository'),
    run: verify,
  });
}

async function verify(context: Context, options: VerifyOptions, args: readonly unknown[]) {
  const { key = [], vkey = [], root } = options;
  const keys = await Promise.all(key.map((file) => readFile(file, 'utf8')));
  const verdict = verifyDossier(await readFile(String(args[0])), { keys, vkeys: vkey, root });
  context.say(verdict, (style) =>
    [
      ...verdict.passed.map((one) => `  ${style.good('holds')}    ${safeText(one)}`),
      ...verdict.notes.map((one) => `  ${style.waiting('note')}     ${safeText(one)}`),
      ...verdict.refusals.map(
        ({ file, rule, why }) => `  ${style.bad('refused')}  ${safeText(`${file} by ${rule}: ${why}`)}`,
      ),
      verdictText(verdict, style),
    ].join('\n'),
  );
  return verdict.ok ? undefined : exitCodes.refused;
}

function verdictText({ ok, about, refusals }: Verdict, style: Style): string {
  if (ok) return `${style.good('accepted')}: ${safeText(about)}`;
  const [first] = refusals;
  return `${style.bad('refused')}: ${safeText(`${first?.file} by ${first?.rule}: ${first?.why}`)}`;
}
