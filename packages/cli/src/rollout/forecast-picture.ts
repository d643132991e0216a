import type { ForecastView } from '@fettle/api';
import { formatBytes, formatDuration } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';

type PhaseForecast = ForecastView['phases'][number];

/** What slows a phase down, and what would change that. */
const slownesses: Readonly<Record<NonNullable<PhaseForecast['slowedBy']>, string>> = {
  'check-ins': 'check-ins of devices',
  rate: 'the rate',
  'max-in-flight': 'maxInFlight',
  unproven: 'the budget of unproven devices',
  'bytes-per-hour': 'bytesPerHour',
  windows: 'maintenance windows',
  freezes: 'freeze periods',
  schedule: 'startAt',
  installs: 'installations',
  gate: 'proof and soak',
};

/** A forecast as people read it: each phase with its time from now, then what matters most. */
export function forecastLines(forecast: ForecastView, style: Style, now: number): readonly string[] {
  const after = (at: string | null) =>
    at === null ? 'never' : `+${formatDuration(Math.max(0, Date.parse(at) - now))}`;
  const rows = forecast.phases.map((phase) => [
    style.strong(phase.name),
    String(phase.devices),
    formatBytes(phase.bytes),
    after(phase.opensAt),
    after(phase.lastStartAt),
    after(phase.passesAt),
    phase.slowedBy === null ? '-' : slownesses[phase.slowedBy],
  ]);
  const head = ['phase', 'devices', 'bytes', 'opens', 'all started', 'passes', 'waits for'];
  const asking = forecast.phases.filter(({ asksPerson }) => asksPerson).map(({ name }) => name);
  const { devices, bytes, mostAtRisk, mostInFlight, endsAt } = forecast;
  return [
    ...table(head, rows).split('\n'),
    `in all:  ${devices} devices, ${formatBytes(bytes)}; at best through ${endsAt === null ? 'never' : `in ${after(endsAt).slice(1)}`}`,
    `at risk: at most ${mostAtRisk} not yet proven, ${mostInFlight} under way at once`,
    ...(asking.length === 0 ? [] : [`asks:    a person after ${asking.join(', ')}`]),
    `taking:  check-ins every ${formatDuration(forecast.checkInIntervalMs)}, ${formatDuration(forecast.installMs)} from offer to commit, no failures`,
  ];
}
