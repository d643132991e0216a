import { type Static, Type } from 'typebox';
import { count, instant, name, nullable, oneOf, strict, versionText } from './common.ts';
import { rolloutPlanShape } from './rollout.ts';

export const forecastBody = strict({
  version: versionText,
  group: name,
  plan: rolloutPlanShape,
  installMs: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 30 * 86_400_000, description: 'from an offer to the commit, on average' }),
  ),
});

const limits = [
  'check-ins',
  'rate',
  'max-in-flight',
  'unproven',
  'bytes-per-hour',
  'windows',
  'freezes',
  'schedule',
  'installs',
  'gate',
] as const;
const phaseForecastShape = Type.Object({
  name: Type.String(),
  devices: Type.Integer({ minimum: 0, description: 'that this phase adds' }),
  bytes: count,
  opensAt: nullable(instant),
  lastStartAt: nullable(instant),
  passesAt: nullable(instant),
  slowedBy: nullable(oneOf(limits)),
  asksPerson: Type.Boolean({ description: 'whether the next phase waits for a person' }),
});
export const forecastShape = Type.Object({
  phases: Type.Array(phaseForecastShape),
  devices: count,
  bytes: count,
  mostAtRisk: Type.Integer({ minimum: 0, description: 'started and not yet proven, at any one time' }),
  mostInFlight: count,
  endsAt: nullable(instant),
  checkInIntervalMs: count,
  installMs: count,
});

export type ForecastView = Static<typeof forecastShape>;
