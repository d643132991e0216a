import type { PhaseView, RolloutView } from '@fettle/api';
import { formatDuration, formatShare } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { gateLines } from './gate-picture.ts';

/** A rollout as lines of text: a head, then a bar for every phase. */
export function rolloutLines(rollout: RolloutView, style: Style, now: number): readonly string[] {
  const { id, release, group, status, statusReason } = rollout;
  const head = `${style.strong(release.version)} → ${group}   ${paintStatus(status, style)}   ${style.dim(id)}`;
  const lines = [statusReason === '' ? head : `${head}\n  ${style.dim(safeText(statusReason))}`];
  if (rollout.holds.length > 0) lines.push(`  ${style.waiting(safeText(heldWords(rollout)))}`);
  const longest = Math.max(...rollout.phases.map(({ name }) => name.length));
  rollout.phases.forEach((phase, place) => {
    lines.push(phaseLine(phase, sumTo(rollout.phases, place), { style, now, nameWidth: longest }));
  });
  if (rollout.gate) lines.push(...gateLines(rollout.gate, style));
  return lines.flatMap((line) => line.split('\n'));
}

/** What keeps all its devices waiting: `held: waits for tested by qa`. */
export function heldWords({ holds }: Pick<RolloutView, 'holds'>): string {
  return `held: waits for ${holds.map(({ waitsFor }) => waitsFor).join(', and ')}`;
}

/** Where the devices of a phase stand; members of earlier phases belong to later ones too. */
export interface PhaseTally {
  readonly succeeded: number;
  readonly failed: number;
  readonly rolledBack: number;
  readonly open: number;
}

export function sumTo(phases: readonly PhaseView[], place: number): PhaseTally {
  const sum = { succeeded: 0, failed: 0, rolledBack: 0, open: 0 };
  for (const { counts } of phases.slice(0, place + 1)) {
    sum.succeeded += counts.succeeded;
    sum.failed += counts.failed;
    sum.rolledBack += counts.rolledBack;
    sum.open += counts.open;
  }
  return sum;
}

function phaseLine(
  phase: PhaseView,
  tally: PhaseTally,
  look: { style: Style; now: number; nameWidth: number },
): string {
  const { style, now, nameWidth } = look;
  const size = sizeText(phase.size);
  const start = `  ${phase.name.padEnd(nameWidth)}  ${size.padStart(6)}  `;
  if (phase.status === 'waiting') return style.dim(`${start}${'░'.repeat(barWidth)}  waiting`);
  const { succeeded, failed, rolledBack, open } = tally;
  const parts = [`${succeeded}/${phase.members}`, paintPhase(phase.status, style)];
  if (phase.status === 'open' && phase.members === 0) parts.push('no device to update yet; looks again by itself');
  if (open > 0) parts.push(style.accent(`${open} under way`));
  if (failed > 0) parts.push(style.bad(`${failed} failed${rolledBack > 0 ? ` (${rolledBack} rolled back)` : ''}`));
  const soak = soakLeft(phase, now);
  if (soak > 0) parts.push(`watched for ${formatDuration(soak)} more`);
  return `${start}${tallyBar(tally, phase.members, style)}  ${parts.join('  ')}`;
}

const barWidth = 28;

/** Succeeded, failed and under way, in this order; a single device is never rounded away. */
function tallyBar({ succeeded, failed, open }: PhaseTally, members: number, style: Style): string {
  const all = Math.max(members, succeeded + failed + open, 1);
  const cells = (n: number) => (n === 0 ? 0 : Math.max(1, Math.floor((n / all) * barWidth)));
  const bad = cells(failed);
  const moving = cells(open);
  const good = Math.min(succeeded === all ? barWidth : cells(succeeded), barWidth - bad - moving);
  const rest = barWidth - good - bad - moving;
  return (
    style.good('█'.repeat(good)) +
    style.bad('▓'.repeat(bad)) +
    style.accent('▒'.repeat(moving)) +
    style.dim('░'.repeat(rest))
  );
}

function soakLeft(phase: PhaseView, now: number): number {
  if (phase.status !== 'open' || phase.soakFrom === null) return 0;
  return Math.max(0, Date.parse(phase.soakFrom) + phase.minSoakMs - now);
}

function paintPhase(status: PhaseView['status'], style: Style): string {
  if (status === 'passed') return style.good(status);
  return status === 'failed' ? style.bad(status) : style.waiting(status);
}

export function paintStatus(status: RolloutView['status'], style: Style): string {
  if (status === 'completed') return style.good(status);
  if (status === 'aborted') return style.bad(status);
  return status === 'running' ? style.accent(status) : style.waiting(status);
}

function sizeText(size: PhaseView['size']): string {
  if ('share' in size) return formatShare(size.share);
  return 'group' in size ? size.group : String(size.count);
}
