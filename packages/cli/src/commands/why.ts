import type {
  DeploymentView,
  DeviceView,
  ExplanationView,
  FleetExplanationView,
  ReasonView,
  ReportView,
} from '@fettle/api';
import { deviceId, FettleError } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { formatAge } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { addCommand, type Shell, textArgument } from '../shell.ts';
import { currentText, paintDevice } from './device.ts';

interface LastDeployment extends DeploymentView {
  readonly version: string | null;
  readonly reports: readonly ReportView[];
}

/** `fettle why`: the server's own decision with every reason behind it, and what happened last. */
export function addWhyCommand(program: Command, shell: Shell): void {
  addCommand<{ whole?: boolean }>(program, shell, {
    usage: 'why <device> [version]',
    summary: 'say why a device is or is not offered a release: every reason, and what would lift it',
    options: (command) =>
      command.option('--whole', 'the whole fleet instead: `fettle why --whole VERSION` groups all that is behind'),
    run: async (context, { whole }, args) => {
      if (whole) return explainFleet(context, textArgument(args, 0));
      const device = deviceId(textArgument(args, 0));
      const version = textArgument(args, 1) || undefined;
      const client = await context.client();
      const [found, explanation, last] = await Promise.all([
        client.getDevice({ device }),
        client.explainDevice({ device, ...(version === undefined ? {} : { version }) }),
        lastDeployment(context, device),
      ]);
      const answer = { ...explanation, current: found.current, lastDeployment: last ?? null };
      context.say(answer, (style) => describe({ found, explanation, last, version }, style));
      return undefined;
    },
  });
}

/** `fettle why --whole VERSION`: everything that is behind, by cause. */
async function explainFleet(context: Context, version: string): Promise<undefined> {
  const fleet = await context.fleet();
  const found = await (await context.client()).explainFleet({ fleet, version });
  context.say(found, (style) => describeFleet(found, style));
  return undefined;
}

function describeFleet(found: FleetExplanationView, style: Style): string {
  const { version, total, running, newer, behind } = found;
  const share = total === 0 ? '' : ` (${((100 * running) / total).toFixed(1)} %)`;
  const head = `${style.strong(String(running))} of ${total}${share} run ${version}; ${newer} newer, ${behind} behind`;
  const lines = [behind === 0 ? head : `${head}:`];
  for (const cause of found.causes) {
    const silent = cause.silent === 0 ? '' : `, ${cause.silent} of them silent`;
    lines.push(
      `  ${String(cause.devices).padStart(String(behind).length)}  ${style.strong(cause.code)} (up to: ${cause.owner})${silent}`,
      `     ${cause.summary}`,
      `     e.g. ${cause.examples.join(', ')}`,
      `     to lift   ${safeText(cause.remedy)}`,
    );
  }
  return lines.join('\n');
}

async function lastDeployment(context: Context, device: string): Promise<LastDeployment | undefined> {
  const client = await context.client();
  const { items } = await client.deviceDeployments({ device, limit: 1 });
  const [last] = items;
  if (!last) return undefined;
  const [reports, version] = await Promise.all([
    client.deploymentReports({ deployment: last.id }),
    client.getRollout({ rollout: last.rollout }).then(
      (rollout) => rollout.release.version,
      (error) => {
        if (error instanceof FettleError && error.code === 'not-found') return null;
        throw error;
      },
    ),
  ]);
  return { ...last, version, reports: reports.items };
}

interface Answer {
  readonly found: DeviceView;
  readonly explanation: ExplanationView;
  readonly last: LastDeployment | undefined;
  readonly version: string | undefined;
}

function describe({ found, explanation, last, version }: Answer, style: Style): string {
  const now = Date.now();
  const state = `${found.type}, ${paintDevice(found.status, style)}`;
  const head = `${style.strong(found.id)} (${state}) runs ${currentText(found)}, seen ${formatAge(found.lastSeenAt, now)}`;
  const lines = [head, '', verdictLine(explanation, version, style)];
  explanation.reasons.forEach((reason, place) => {
    lines.push(...reasonLines(reason, place, { style, now }));
  });
  if (last) lines.push('', ...lastLines(last, style, now));
  return lines.join('\n');
}

function verdictLine({ verdict, offer, reasons }: ExplanationView, version: string | undefined, style: Style): string {
  if (verdict === 'offer') {
    const what = offer ? `${offer.version}, in phase ${offer.phase}` : (version ?? 'a release');
    return style.good(`offered at its next check-in: ${what}`);
  }
  const about = version === undefined ? 'a release' : version;
  const count = reasons.length === 1 ? 'one reason' : `${reasons.length} reasons`;
  return style.waiting(`not offered ${about}, for ${count}:`);
}

function reasonLines(reason: ReasonView, place: number, { style, now }: { style: Style; now: number }): string[] {
  const lines = [`  ${place + 1}. ${style.strong(reason.code)} (up to: ${reason.owner})`, `     ${reason.summary}`];
  const evidence = Object.entries(reason.evidence).map(([name, value]) => `${name}=${value}`);
  if (evidence.length > 0) lines.push(`     evidence  ${safeText(evidence.join('  '))}`);
  const earliest = reason.earliestChangeAt;
  if (earliest !== null) lines.push(`     earliest  ${formatAge(earliest, now)} (${earliest})`);
  lines.push(`     to lift   ${safeText(reason.remedy)}`);
  return lines;
}

function lastLines(last: LastDeployment, style: Style, now: number): string[] {
  const { id, status, attempt, changedAt, error, version, reports } = last;
  const good = status === 'succeeded';
  const bad = ['failed', 'rolledBack', 'timedOut'].includes(status);
  const painted = good ? style.good(status) : bad ? style.bad(status) : style.accent(status);
  const what = version === null ? '' : ` of ${version}`;
  const lines = [
    `last deployment${what}: ${painted}, attempt ${attempt}, ${formatAge(changedAt, now)} ${style.dim(id)}`,
  ];
  if (error) lines.push(`     ${error.code} (${error.class}): ${safeText(error.message)}`);
  for (const report of reports.slice(-6)) {
    const detail = report.error?.message ?? report.detail;
    lines.push(style.dim(`     ${report.receivedAt}  ${report.status.padEnd(11)}  ${oneLine(detail)}`).trimEnd());
  }
  return lines;
}

function oneLine(text: string): string {
  const flat = safeText(text).replaceAll('\n', ' ');
  return flat.length > 100 ? `${flat.slice(0, 99)}…` : flat;
}
