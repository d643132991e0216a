import type { PolicyInputView, RolloutPlanView } from '@fettle/api';
import { defaultSequentialGate } from '@fettle/model';
import { formatBytes, formatDuration, formatShare } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';

/** A plan as people read it: its phases as a table, then one line for each condition that it sets. */
export function planLines(plan: RolloutPlanView, style: Style): readonly string[] {
  const rows = plan.phases.map((phase) => [
    style.strong(phase.name),
    sizeText(phase.size),
    String(phase.maxInFlight),
    formatDuration(phase.minSoakMs),
    formatShare(phase.successShare),
    phase.promote === 'manual' ? 'by a person' : 'by itself',
  ]);
  const head = ['phase', 'size', 'at once', 'soak', 'committed', 'next opens'];
  return [...table(head, rows).split('\n'), ...policyLines(plan.policy ?? {}), attemptsLine(plan)];
}

function attemptsLine({ onFail, maxAttempts, retryBackoffMs }: RolloutPlanView): string {
  const attempts = `${maxAttempts} ${maxAttempts === 1 ? 'attempt' : 'attempts'} a device`;
  const wait = maxAttempts === 1 ? '' : `, the second after ${formatDuration(retryBackoffMs)}`;
  return `on fail: ${onFail}; ${attempts}${wait}`;
}

function policyLines(policy: PolicyInputView): readonly string[] {
  const { rate, budgets = {}, windows = [], startAt, endAt, gate } = policy;
  const lines: string[] = [];
  if (rate) lines.push(`rate:    ${rateText(rate)}`);
  const limits = [
    ...(budgets.unproven ? [`${budgets.unproven} unproven devices`] : []),
    ...(budgets.perSite ? [`${budgets.perSite} at a site`] : []),
    ...(budgets.bytesPerHour ? [`${formatBytes(budgets.bytesPerHour)} an hour`] : []),
  ];
  if (limits.length > 0) lines.push(`at most: ${limits.join(', ')}`);
  for (const { cron, durationMs, zone } of windows) {
    lines.push(`window:  ${cron} for ${formatDuration(durationMs)}, ${zone === 'site' ? "the site's zone" : zone}`);
  }
  if (startAt) lines.push(`from:    ${startAt}`);
  if (endAt) lines.push(`until:   ${endAt}`);
  if (policy.ignoreFreezes) lines.push('freezes: ignored');
  if (policy.approvals) lines.push(`needs:   ${policy.approvals} approvals`);
  if (gate) lines.push(`gate:    ${gateText(gate)}`);
  return lines;
}

function sizeText(size: RolloutPlanView['phases'][number]['size']): string {
  if ('share' in size) return formatShare(size.share);
  return 'group' in size ? `group ${size.group}` : String(size.count);
}

function rateText(rate: NonNullable<PolicyInputView['rate']>): string {
  if (rate.kind === 'constant') return `${rate.perMinute} a minute`;
  const { basePerMinute, factor, everySucceeded, mostPerMinute } = rate;
  return `${basePerMinute} a minute, times ${factor} with every ${everySucceeded} that succeeded, at most ${mostPerMinute}`;
}

function gateText(gate: NonNullable<PolicyInputView['gate']>): string {
  if (gate.kind === 'fixed') return 'fixed thresholds';
  const { alpha, observeMs, metrics } = { ...defaultSequentialGate, ...gate };
  const also = metrics.length === 0 ? '' : `, also by ${metrics.map(({ name }) => name).join(', ')}`;
  return `sequential, alpha ${formatShare(alpha)}, devices watched for ${formatDuration(observeMs)}${also}`;
}
