import type { Statement } from '@fettle/trust';
import { type Style, safeText } from '../output/style.ts';
import { facts, table } from '../output/table.ts';

/** What a stage of the statement says, as far as it is there: the server drafted it, so that nothing is taken for sure. */
interface ShownStage {
  readonly stage?: unknown;
  readonly verdict?: unknown;
  readonly gates?: unknown;
}
interface ShownGate {
  readonly gate?: unknown;
  readonly verdict?: unknown;
  readonly why?: unknown;
  readonly waived?: unknown;
}

/**
 * Everything that a person signs, in lines that people read: each member of the statement, the gates' verdicts as a
 * table, the files by their digests. @source 21 CFR 11.50(b): signed records are shown in human readable form
 */
export function statementLines({ predicateType, predicate, subject }: Statement, style: Style): string {
  const { shown, ...rest } = predicate;
  const stages: readonly ShownStage[] = Array.isArray(shown) ? shown.filter(isObject) : [];
  const members = Object.entries(rest).map(([name, value]) => [name, textOf(value)] as const);
  const files = subject.map(({ name = '', sha256 }) => [safeText(name), sha256] as const);
  const parts = [facts([['type', predicateType], ...members])];
  if (shown !== undefined && stages.length === 0) parts.push(`shown  ${textOf(shown)}`);
  if (stages.length > 0) parts.push(stageTable(stages, style));
  parts.push(facts(files));
  const failing = stages.filter(({ verdict }) => verdict !== 'pass').map(({ stage }) => textOf(stage));
  if (failing.length > 0) parts.push(style.bad(`The gates do not clear it for ${failing.join(', ')}.`));
  return parts.join('\n\n');
}

function stageTable(stages: readonly ShownStage[], style: Style): string {
  const rows = stages.flatMap(({ stage, verdict, gates }) => {
    const shown: readonly ShownGate[] = Array.isArray(gates) ? gates.filter(isObject) : [];
    const lines = shown.map((one) => [
      '',
      textOf(one.gate),
      painted(one.verdict, style),
      waivedOf(one),
      textOf(one.why),
    ]);
    return [[textOf(stage), '', painted(verdict, style), '', ''], ...lines];
  });
  return table(['stage', 'gate', 'verdict', 'waived', 'why'], rows);
}

function waivedOf({ waived }: ShownGate): string {
  return waived === undefined || waived === 0 ? '' : textOf(waived);
}

function painted(verdict: unknown, style: Style): string {
  return verdict === 'pass' ? style.good('pass') : style.bad(textOf(verdict));
}

/** One line for any value: `fleet pumps, version 2.0.0`. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'string') return safeText(value);
  if (!isObject(value)) return safeText(JSON.stringify(value));
  return Object.entries(value)
    .map(([name, of]) => `${safeText(name)} ${isObject(of) ? safeText(JSON.stringify(of)) : textOf(of)}`)
    .join(', ');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
