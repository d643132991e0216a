import type { RolloutView, SentBackView } from '@fettle/api';
import { FettleError, groupName } from '@fettle/model';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { withCaret } from '../output/caret.ts';
import { formatAge } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { type PlanOptions, planDefaults, readPlan } from '../parse/plan.ts';
import { findStarted } from '../rollout/find-started.ts';
import { forecastLines } from '../rollout/forecast-picture.ts';
import { paintStatus, rolloutLines, sumTo } from '../rollout/picture.ts';
import { watchRollout } from '../rollout/watch.ts';
import { addCommand, addNoun, type CommandArguments, type Shell, textArgument } from '../shell.ts';
import { addHoldCommands } from './holds.ts';
import { addPlanCommands } from './plan.ts';
import { addReplayCommands } from './replay.ts';

interface StartOptions extends PlanOptions {
  readonly version?: string;
  readonly group: string;
  readonly reason?: string;
  readonly draft?: boolean;
  readonly allowUnknown?: boolean;
  readonly watch?: boolean;
  readonly dryRun?: boolean;
  readonly installTime?: string;
  readonly once?: boolean;
}

/** `fettle rollout`: one release to one group, in phases. */
export function addRolloutCommands(program: Command, shell: Shell): void {
  const rollout = addNoun(program, 'rollout', 'bring one release to one group, in phases');
  addCommand<StartOptions>(rollout, shell, {
    usage: 'start [draft]',
    summary: 'start a rollout of --version, or a draft that was made before',
    options: addStartOptions,
    run: startRollout,
  });
  addCommand<{ every: string }>(rollout, shell, {
    usage: 'watch [rollout]',
    summary: 'show a rollout live until it ends or waits for a person (exit code 8 unless all went well)',
    options: (command) => command.option('--every <duration>', 'how often to ask', '1s'),
    run: async (context, { every }, args) => {
      const id = await chosenRollout(context, args, 'newest');
      return watchToEnd(context, id, parseDuration(every, '--every'));
    },
  });
  addCommand(rollout, shell, {
    usage: 'show [rollout]',
    summary: 'show one rollout (default: the newest of the fleet)',
    run: async (context, _, args) => {
      const id = await chosenRollout(context, args, 'newest');
      const view = await (await context.client()).getRollout({ rollout: id });
      context.say(view, (style) => rolloutLines(view, style, Date.now()).join('\n'));
      return undefined;
    },
  });
  addCommand(rollout, shell, {
    usage: 'list',
    summary: 'list rollouts, newest first',
    run: async (context) => {
      const fleet = await context.fleet();
      const rollouts = await everyRow((await context.client()).all('listRollouts', { fleet }));
      context.say(rollouts, (style) => rolloutTable(rollouts, style));
      return undefined;
    },
  });
  addActs(rollout, shell);
  addHoldCommands(rollout, shell, chosenRollout);
  addPlanCommands(rollout, shell);
  addReplayCommands(rollout, shell);
  addCommand<{ reason?: string }>(rollout, shell, {
    usage: 'send-back [rollout]',
    summary: 'bring the devices of a stopped rollout back to the release each came from',
    options: (command) => command.option('--reason <text>', 'kept in the audit log'),
    run: async (context, { reason }, args) => {
      const id = await chosenRollout(context, args, ['aborted', 'paused']);
      const sent = await (await context.client()).sendBack({
        rollout: id,
        ...(reason === undefined ? {} : { reason }),
      });
      context.say(sent, (style) => sentBackText(sent, style));
      return undefined;
    },
  });
}

function sentBackText({ rollouts, stay }: SentBackView, style: Style): string {
  const lines = rollouts.map((id) => `started ${style.strong(id)}`);
  if (stay !== '') lines.push(style.waiting(stay));
  return lines.length === 0 ? 'no device took the release' : lines.join('\n');
}

function addStartOptions(command: Command): Command {
  const { phases, maxInFlight, soak, maxFailures, minSuccess, onFail, attempts, retryAfter } = planDefaults;
  return command
    .option('--version <version>', 'release to bring')
    .option('--group <group>', 'devices it goes to', 'all')
    .option('--phases <sizes>', `shares or counts, each with the devices of the one before (default: "${phases}")`)
    .option('--max-in-flight <n>', `most deployments under way at once (default: ${maxInFlight})`)
    .option('--soak <duration>', `how long a phase is watched after its devices have committed (default: ${soak})`)
    .option(
      '--max-failures <limit>',
      `more failed devices than this fail a phase: a share or a count (default: ${maxFailures})`,
    )
    .option('--min-success <share>', `share of a phase that must have committed (default: ${minSuccess})`)
    .addOption(
      new Option('--on-fail <act>', `what a failed phase does (default: ${onFail})`).choices(['abort', 'pause']),
    )
    .option('--manual', 'every phase after the first waits for `fettle rollout promote`')
    .option('--attempts <n>', `most attempts of one device (default: ${attempts})`)
    .option('--retry-after <duration>', `first wait of a device after a transient error (default: ${retryAfter})`)
    .option('--preset <name>', 'safe, fast or emergency instead of these options (fettle rollout plan show)')
    .option('--plan <file>', 'a plan file instead of these options (fettle rollout plan check FILE)')
    .option('--draft', 'only create it; `fettle rollout start ROLLOUT` starts it')
    .option('--allow-unknown', 'let what the plan leaves out name attributes and tags that no device has had yet')
    .option('--dry-run', 'start nothing: say who would get it when, at best')
    .option('--install-time <duration>', 'for --dry-run: from an offer to the commit (default: 10m)')
    .option('--watch', 'watch it until it ends')
    .option('--once', 'go on with the rollout of this version to this group where there is one, as build servers need')
    .option('--reason <text>', 'kept in the audit log');
}

async function startRollout(
  context: Context,
  options: StartOptions,
  args: CommandArguments,
): Promise<ExitCode | undefined> {
  const client = await context.client();
  const draft = textArgument(args, 0);
  if (options.dryRun) return showForecast(context, options);
  const reason = options.reason === undefined ? {} : { reason: options.reason };
  const view =
    draft === '' ? await createRollout(context, options) : await client.startRollout({ rollout: draft, ...reason });
  if (options.watch && view.status !== 'draft') return watchToEnd(context, view.id, 1_000);
  context.say(view, (style) => rolloutLines(view, style, Date.now()).join('\n'));
  const [held] = view.holds;
  const next = `fettle rollout ${view.status === 'draft' ? 'start' : 'watch'} ${view.id}`;
  context.note(`next: ${held ? `${safeText(held.remedy)}, then ` : ''}${next}`);
  return undefined;
}

async function createRollout(context: Context, options: StartOptions): Promise<RolloutView> {
  const { reason, allowUnknown, once, version = '', group } = options;
  const there = once
    ? await findStarted(await context.client(), { fleet: await context.fleet(), version, group })
    : undefined;
  if (there) return there;
  const wished = await wishedRollout(context, options);
  const input = {
    ...wished,
    start: options.draft !== true,
    ...(reason === undefined ? {} : { reason }),
    ...(allowUnknown === undefined ? {} : { allowUnknown }),
  };
  const client = await context.client();
  return withCaret('exclude', wished.plan.policy?.exclude, () => client.createRollout(input));
}

async function showForecast(context: Context, options: StartOptions): Promise<undefined> {
  const { installTime } = options;
  const forecast = await (await context.client()).forecastRollout({
    ...(await wishedRollout(context, options)),
    ...(installTime === undefined ? {} : { installMs: parseDuration(installTime, '--install-time') }),
  });
  context.say(forecast, (style) => forecastLines(forecast, style, Date.now()).join('\n'));
  context.note('next: the same without --dry-run');
  return undefined;
}

/** What the options ask for. Presets are fitted to the fleet when the rollout is for all of it. */
async function wishedRollout(context: Context, options: StartOptions) {
  const { version, group } = options;
  if (version === undefined) {
    throw new FettleError('invalid-input', 'Expected the release to bring (--version) or a draft to start.', {
      details: { next: 'fettle release list, then fettle rollout start --version V' },
    });
  }
  const fleet = await context.fleet();
  const isFitted = group === 'all' && (options.preset !== undefined || options.plan !== undefined);
  const known = isFitted ? (await (await context.client()).countDevices({ fleet })).accepted : 0;
  return {
    fleet,
    version,
    group: groupName(group),
    plan: await readPlan(planPart(options), known > 0 ? known : undefined),
  };
}

/** Only what belongs to a plan: the shared options would look like a second plan. */
function planPart(options: StartOptions): PlanOptions {
  const names = [...Object.keys(planDefaults), 'manual', 'preset', 'plan'];
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

async function watchToEnd(context: Context, id: string, everyMs: number): Promise<ExitCode> {
  const end = await watchRollout(context, id, { everyMs: Math.max(100, everyMs) });
  if (end.status === 'completed') return exitCodes.ok;
  const next = end.status === 'aborted' ? 'fettle device list, then fettle why DEVICE' : nextAct(end);
  context.note(`run:   ${next}`);
  return exitCodes.badOutcome;
}

function nextAct({ id, status, phases }: RolloutView): string {
  if (status === 'draft') return `fettle rollout start ${id}`;
  if (status !== 'paused') return `fettle rollout promote ${id}`;
  const isFailed = phases.some((phase) => phase.status === 'failed');
  return isFailed
    ? `fettle rollout segments ${id}, then hold, resume or abort`
    : `fettle rollout resume ${id} (or abort)`;
}

const acts = {
  approve: { call: 'approveRollout', from: ['draft'], summary: "let somebody else's draft start" },
  pause: { call: 'pauseRollout', from: ['running'], summary: 'offer nothing more until it is resumed' },
  resume: { call: 'resumeRollout', from: ['paused'], summary: 'go on after a pause' },
  abort: { call: 'abortRollout', from: ['running', 'paused', 'draft'], summary: 'end it for good' },
  promote: { call: 'promoteRollout', from: ['running'], summary: 'open the next phase that waits for a person' },
} as const;

function addActs(rollout: Command, shell: Shell): void {
  for (const [verb, act] of Object.entries(acts)) {
    addCommand<{ reason?: string }>(rollout, shell, {
      usage: `${verb} [rollout]`,
      summary: `${act.summary} (default: the only ${act.from[0]} one)`,
      options: (command) => command.option('--reason <text>', 'kept in the audit log'),
      run: async (context, { reason }, args) => {
        const id = await chosenRollout(context, args, act.from);
        const client = await context.client();
        const view = await client[act.call]({ rollout: id, ...(reason === undefined ? {} : { reason }) });
        context.say(view, (style) => rolloutLines(view, style, Date.now()).join('\n'));
        return undefined;
      },
    });
  }
}

/** The rollout that was named; else the newest, or the only one that the act can be meant for. */
async function chosenRollout(
  context: Context,
  args: CommandArguments,
  wanted: 'newest' | readonly RolloutView['status'][],
): Promise<string> {
  const named = textArgument(args, 0);
  if (named !== '') return named;
  const fleet = await context.fleet();
  const { items } = await (await context.client()).listRollouts({ fleet, limit: 100 });
  const fitting = wanted === 'newest' ? items.slice(0, 1) : items.filter(({ status }) => wanted.includes(status));
  const [only] = fitting;
  if (only && fitting.length === 1) return only.id;
  if (!only) {
    const kind = wanted === 'newest' ? '' : ` that is ${wanted.join(' or ')}`;
    throw new FettleError('not-found', `Fleet ${fleet} has no rollout${kind}.`, {
      details: { next: 'fettle rollout list, or fettle rollout start --version V' },
    });
  }
  throw new FettleError('invalid-input', `Expected which rollout: ${fitting.map(({ id }) => id).join(', ')} all fit.`, {
    details: { next: 'fettle rollout list, then name one' },
  });
}

function rolloutTable(rollouts: readonly RolloutView[], style: Style): string {
  if (rollouts.length === 0) return 'no rollout yet\nrun:   fettle rollout start --version V';
  const now = Date.now();
  const rows = rollouts.map((view) => {
    const { succeeded, failed, open } = sumTo(view.phases, view.phases.length - 1);
    const place = view.phases.findLast((phase) => phase.status !== 'waiting');
    return [
      view.id,
      style.strong(view.release.version),
      view.group,
      paintStatus(view.status, style),
      place?.name ?? '-',
      `${succeeded} ok, ${failed} failed, ${open} under way`,
      formatAge(view.createdAt, now),
    ];
  });
  return table(['rollout', 'version', 'group', 'status', 'phase', 'devices', 'created'], rows);
}
