import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Verdict, verifierFile, verifyDossier } from '@fettle/dossier';
import { FettleError } from '@fettle/model';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { fetchDossier } from '../dossier/fetch-dossier.ts';
import { fetchEvidenceKey } from '../dossier/fetch-evidence-key.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatBytes } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { facts } from '../output/table.ts';
import { addCommand, addNoun, collect, type Shell, textArgument } from '../shell.ts';

interface VerifyOptions {
  readonly key?: string;
  readonly evidenceKey?: readonly string[];
  readonly releaseKey?: readonly string[];
  readonly waiverKey?: readonly string[];
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
      const { verdict: found, refusals } = verdict;
      context.say({ file, sizeBytes, sha256, verifier, verdict: found, refusals }, (style) =>
        facts([
          ['dossier', style.strong(file)],
          ['size', formatBytes(sizeBytes)],
          ['sha256', sha256],
          ['verifier', verifier],
          // No key is pinned here: this shows that it was made and brought as it should be.
          ['consistent', found === 'refused' ? verdictText(verdict, style) : style.good('yes')],
        ]),
      );
      context.note(
        `next: fettle dossier verify ${file} --evidence-key FILE --release-key FILE --vkey KEY, or node verify.mjs anywhere`,
      );
      return found === 'refused' ? exitCodes.refused : undefined;
    },
  });
}

/** `fettle dossier verify`: as the verifier in the archive does. */
export function addDossierCommands(program: Command, shell: Shell): void {
  const dossier = addNoun(program, 'dossier', 'archives that prove a release, without any server');
  addCommand<VerifyOptions>(dossier, shell, {
    usage: 'verify <file>',
    summary: 'check every file, signature and proof of a dossier; exit code 9 when keys are lacking that it rests on',
    options: (command) =>
      command
        .option('--evidence-key <file>', 'public key of the installation that made it; several times', collect)
        .option('--release-key <file>', 'public key that signs releases; several times', collect)
        .option('--waiver-key <file>', 'public key that signs exceptions; several times', collect)
        .option('--vkey <vkey>', 'key of the audit log or of a witness, NAME+ID+BASE64; several times', collect)
        .option('--root <sha256>', 'SHA-256 of the first root of the image repository')
        .addOption(new Option('--key <file>').hideHelp()),
    run: verify,
  });
  addCommand(dossier, shell, {
    usage: 'key',
    summary: 'show the evidence key of the server, to be pinned by whoever verifies dossiers',
    run: async (context) => {
      const key = await fetchEvidenceKey(context);
      context.say(key, () => key.publicKeyPem.trimEnd());
    },
  });
}

async function verify(context: Context, options: VerifyOptions, args: readonly unknown[]) {
  const verdict = await judge(await readFile(String(args[0])), options);
  context.say(verdict, (style) =>
    [
      ...verdict.passed.map((one) => `  ${style.good('holds')}    ${safeText(one)}`),
      ...verdict.notes.map((one) => `  ${style.waiting('note')}     ${safeText(one)}`),
      ...verdict.unpinned.map((one) => `  ${style.waiting('unpinned')} ${safeText(one)}`),
      ...verdict.refusals.map(
        ({ file, rule, why }) => `  ${style.bad('refused')}  ${safeText(`${file} by ${rule}: ${why}`)}`,
      ),
      verdictText(verdict, style),
    ].join('\n'),
  );
  return verdict.ok ? undefined : exitCodes[verdict.verdict === 'unpinned' ? 'unpinned' : 'refused'];
}

async function judge(zip: Uint8Array, options: VerifyOptions): Promise<Verdict> {
  if (options.key !== undefined) {
    const message = 'A key counts for one use: expected --evidence-key, --release-key or --waiver-key, found --key.';
    throw new FettleError('invalid-input', message);
  }
  const pemsOf = (files: readonly string[] = []) => Promise.all(files.map((file) => readFile(file, 'utf8')));
  const pins = {
    evidenceKeys: await pemsOf(options.evidenceKey),
    releaseKeys: await pemsOf(options.releaseKey),
    waiverKeys: await pemsOf(options.waiverKey),
    vkeys: options.vkey ?? [],
    root: options.root,
  };
  try {
    return verifyDossier(zip, pins);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'not readable';
    throw new FettleError('invalid-input', `What is pinned cannot be used: ${why}.`, { cause });
  }
}

function verdictText({ verdict, about, refusals }: Verdict, style: Style): string {
  if (verdict === 'accepted') return `${style.good('accepted')}: ${safeText(about)}`;
  if (verdict === 'unpinned') return `${style.waiting('unpinned')}: ${safeText(about)} is consistent, nothing more`;
  const [first] = refusals;
  return `${style.bad('refused')}: ${safeText(`${first?.file} by ${first?.rule}: ${first?.why}`)}`;
}
