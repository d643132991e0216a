import type { CheckView, ReleaseView } from '@fettle/api';
import { componentName, FettleError, fleetId, isVersion, type Requirement } from '@fettle/model';
import type { Command } from 'commander';
import { stageLines } from '../check/verdict-table.ts';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { formatAge, formatBytes, shortDigest } from '../output/format.ts';
import { runSteps } from '../output/steps.ts';
import { type Style, safeText } from '../output/style.ts';
import { facts, table } from '../output/table.ts';
import { parseArtifactSpecs } from '../parse/artifact-spec.ts';
import { wholeNumber } from '../parse/plan.ts';
import { chooseWay } from '../publish/choose-way.ts';
import { publishSteps } from '../publish/publish.ts';
import type { Outcome } from '../publish/publish-way.ts';
import { signTargetsFile } from '../publish/sign-targets-file.ts';
import { addCommand, addNoun, collect, listArgument, type Shell, textArgument } from '../shell.ts';
import { addReleaseCheckCommands, documentsOf, showFailedGates } from './release-check.ts';

interface PublishOptions {
  readonly type?: readonly string[];
  readonly component?: string;
  readonly version: string;
  readonly key?: readonly string[];
  readonly root?: string;
  readonly out?: string;
  readonly allowDowngrade?: boolean;
  readonly securityFloor?: string;
  readonly counter?: string;
  readonly notes?: string;
  readonly mustPassThrough?: boolean;
  readonly requires?: readonly string[];
  readonly hardware?: readonly string[];
  readonly sbom?: readonly string[];
  readonly vex?: readonly string[];
  readonly provenance?: readonly string[];
  readonly checkOnly?: boolean;
}

/** `fettle release`: publish, look at, revoke. */
export function addReleaseCommands(program: Command, shell: Shell): Command {
  const release = addNoun(program, 'release', 'versions of the software of a fleet');
  addCommand<PublishOptions>(release, shell, {
    usage: 'publish <files...>',
    summary: 'upload files, sign the release on this machine and publish it',
    options: (command) =>
      command
        .requiredOption('--version <version>', 'version of the release, e.g. 7.28.0')
        .option('--type <type>', 'device type the files are for; several times for several types', collect)
        .option('--component <component>', 'part of the device the files are for, e.g. rootfs')
        .option('--key <key>', 'key file or locator (default: what `fettle key create` made); several times', collect)
        .option('--root <file>', 'trust this image root instead of the pinned one')
        .option('--out <file>', 'where a file goes that others have to sign')
        .option('--allow-downgrade', 'devices on a newer release may go to this one')
        .option('--security-floor <counter>', 'devices that took this never again run a release below this counter')
        .option('--counter <number>', 'release counter, above all that devices have seen (default: the next free one)')
        .option('--notes <text>', 'what changed')
        .option('--must-pass-through', 'devices on an older release have to run this one before any newer')
        .option('--requires <component:counter>', 'what must run before; several times for several', collect)
        .option(
          '--hardware <revision>',
          'hardware revision it is for; several times for several (default: all)',
          collect,
        )
        .option('--sbom <file>', 'SBOM that comes with it (CycloneDX, SPDX); several times for several', collect)
        .option('--vex <file>', 'VEX document (OpenVEX, CSAF, CycloneDX); several times for several', collect)
        .option('--provenance <file>', 'Sigstore bundle or signed statement of its build', collect)
        .option('--check-only', 'upload and have the gates look, without a key; somebody else signs and publishes')
        .addHelpText('after', '\nSeveral files: FILE:TYPE:COMPONENT for each, instead of --type and --component.'),
    run: publish,
  });
  addCommand(release, shell, {
    usage: 'list',
    summary: 'list releases, newest first',
    run: async (context) => {
      const fleet = await context.fleet();
      const releases = await everyRow((await context.client()).all('listReleases', { fleet }));
      context.say(releases, (style) => releaseTable(releases, style));
      return undefined;
    },
  });
  addCommand(release, shell, {
    usage: 'show <version>',
    summary: 'show one release: artifacts, who signed it, its envelope under --json',
    run: async (context, _, args) => {
      const fleet = await context.fleet();
      const found = await (await context.client()).getRelease({ fleet, version: textArgument(args, 0) });
      context.say(found, (style) => describeRelease(found, style));
      return undefined;
    },
  });
  addReleaseCheckCommands(release, shell);
  addCommand<{ key: string; root?: string }>(release, shell, {
    usage: 'sign <file>',
    summary: 'add a signature to a release that several have to sign; the last one publishes it',
    options: (command) =>
      command
        .requiredOption('--key <key>', 'key file or locator')
        .option('--root <file>', 'trust this image root instead of the pinned one'),
    run: async (context, options, args) => {
      const outcome = await signTargetsFile(context, textArgument(args, 0), options);
      sayOutcome(context, outcome);
      return undefined;
    },
  });
  addCommand<{ reason: string; yes?: boolean }>(release, shell, {
    usage: 'revoke <version>',
    summary: 'never offer this release again',
    options: (command) =>
      command
        .requiredOption('--reason <text>', 'kept in the audit log')
        .option('--yes', 'do not ask at a terminal whether it is meant'),
    run: async (context, { reason, yes }, args) => {
      const fleet = await context.fleet();
      const input = { fleet, version: textArgument(args, 0), reason };
      if (yes !== true) await confirmRevocation(context, input);
      const found = await (await context.client()).revokeRelease(input);
      context.say(found, (style) => `${style.bad('revoked')} ${found.version}: no device will be offered it again`);
      return undefined;
    },
  });
  return release;
}

/** There is no way back: whoever sits at a terminal is asked. */
async function confirmRevocation(
  { io }: Context,
  { fleet, version }: { readonly fleet: string; readonly version: string },
): Promise<void> {
  if (!io.ask) return;
  const answer = await io.ask(`Release ${version} of fleet ${fleet} is never offered again. Revoke it? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new FettleError('invalid-input', 'Nothing was revoked.', {
    details: { next: `fettle release show ${version}` },
  });
}

async function publish(context: Context, options: PublishOptions, args: readonly unknown[]): Promise<undefined> {
  const { version } = options;
  if (!isVersion(version)) {
    throw new FettleError('invalid-input', `--version: expected a version such as 7.28.0, found "${version}".`);
  }
  const defaults = { types: options.type ?? [], component: options.component };
  const specs = parseArtifactSpecs(listArgument(args as readonly string[][], 0), defaults);
  const floor = options.securityFloor;
  const fleet = await context.fleet();
  const { way, close } = await chooseWay(context, fleet, options);
  let looked: CheckView | undefined;
  const keepCheck = async (check: CheckView) => {
    looked = check;
  };
  try {
    const { steps, result } = publishSteps({
      client: await context.client(),
      way,
      signal: context.io.signal,
      fleet,
      version,
      specs,
      allowDowngrade: options.allowDowngrade === true,
      securityFloor: floor === undefined ? undefined : wholeNumber(floor, '--security-floor', 0),
      counter: options.counter === undefined ? undefined : wholeNumber(options.counter, '--counter', 1),
      notes: options.notes ?? '',
      mustPassThrough: options.mustPassThrough === true,
      requires: (options.requires ?? []).map(parseRequirement),
      hardware: options.hardware ?? [],
      documents: documentsOf(options),
      onCheck: keepCheck,
    });
    await runSteps(steps, context.io.stderr);
    if (way) await sayPublished(context, result(), looked);
    else if (looked) sayChecked(context, looked);
  } catch (error) {
    await showFailedGates(context, error);
    throw error;
  } finally {
    await close();
  }
  return undefined;
}

function sayChecked(context: Context, check: CheckView): void {
  context.say({ check }, (style) => `${style.waiting('not published yet')}: check ${check.id}, ${check.statusReason}`);
  context.note('next: `fettle release publish` of the same files where the key is; the bytes are uploaded already');
}

function sayOutcome(context: Context, outcome: Outcome): void {
  if ('file' in outcome) {
    context.say(
      outcome,
      (style) => `${style.waiting('not published yet')}: it waits for ${outcome.lacking.join('; ')}`,
    );
    context.note(`next: carry ${outcome.file} to them: fettle release sign ${outcome.file} --key LOCATOR`);
    return;
  }
  const { release, created } = outcome;
  context.say({ release, created }, (style) => describeRelease(release, style));
  context.note(`next: ${nextRollout(release.version, 'all')}`);
}

function nextRollout(version: string, group: string): string {
  return `fettle rollout start --version ${version}${group === 'all' ? '' : ` --group ${group}`}`;
}

/** What was published, and whom the gates keep it from. */
async function sayPublished(context: Context, outcome: Outcome, check: CheckView | undefined): Promise<void> {
  const held = check?.stages.filter(({ verdict }) => verdict !== 'pass') ?? [];
  if ('file' in outcome || held.length === 0) return sayOutcome(context, outcome);
  const { release, created } = outcome;
  const { version } = release;
  const { policy } = await (await context.client()).getReleasePolicy({ fleet: fleetId(release.fleet) });
  context.say({ release, created }, (style) => describeRelease(release, style));
  const stages = policy?.stages ?? [];
  for (const { stage } of held) {
    const groups = stages.find((one) => one.stage === stage)?.groups ?? [];
    const others = stage === stages.at(-1)?.stage ? ['every group that no stage names'] : [];
    context.note(`not for ${[...groups, ...others].join(', ') || 'any group'}, which live in ${stage}:`);
  }
  context.note(`${stageLines(held, context.style)}\nrun:   fettle release report ${version}`);
  const cleared = stages.filter(({ stage }) => !held.some((one) => one.stage === stage));
  const [group] = cleared.flatMap(({ groups }) => groups);
  if (group !== undefined) context.note(`next: ${nextRollout(version, group)}`);
}

function parseRequirement(text: string): Requirement {
  const [component = '', counter = '', ...rest] = text.split(':');
  if (rest.length > 0)
    throw new FettleError('invalid-input', `--requires: expected COMPONENT:COUNTER, found "${text}".`);
  return { component: componentName(component), counter: wholeNumber(counter, '--requires') };
}

function releaseTable(releases: readonly ReleaseView[], style: Style): string {
  if (releases.length === 0)
    return 'no release yet\nrun:   fettle release publish FILE --type T --component C --version V';
  const now = Date.now();
  const rows = releases.map((release) => [
    style.strong(release.version),
    String(release.counter),
    release.status === 'revoked' ? style.bad('revoked') : style.good('published'),
    clearedWords(release, style),
    [...new Set(release.artifacts.map((artifact) => artifact.deviceType))].join(', '),
    formatAge(release.publishedAt, now),
  ]);
  return table(['version', 'counter', 'status', 'cleared for', 'device types', 'published'], rows);
}

function clearedWords({ clearedFor }: ReleaseView, style: Style): string {
  if (clearedFor === null) return style.dim('not judged');
  return clearedFor.length === 0 ? style.bad('no stage') : clearedFor.join(', ');
}

function describeRelease(release: ReleaseView, style: Style): string {
  const head = facts([
    ['release', `${style.strong(release.version)} (${release.id})`],
    ['counter', String(release.counter)],
    ['status', release.status === 'revoked' ? style.bad('revoked') : style.good('published')],
    ['signed by', release.signedBy.map(shortDigest).join(', ')],
    ['cleared for', clearedWords(release, style)],
    ['security floor', String(release.securityFloor)],
    ['downgrade', release.allowDowngrade ? 'allowed' : 'forbidden'],
    ['notes', release.notes === '' ? '-' : safeText(release.notes)],
  ]);
  const rows = release.artifacts.map((artifact) => [
    artifact.deviceType,
    artifact.component,
    artifact.kind,
    formatBytes(artifact.sizeBytes),
    artifact.sha256,
  ]);
  return `${head}\n\n${table(['device type', 'component', 'kind', 'size', 'sha256'], rows)}`;
}
