import { limits } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { count, instant, nullable, oneOf, strict } from './common.ts';

const many = 1_000_000_000;
const positive = Type.Integer({ minimum: 1, maximum: many });

export const windowShape = strict({
  cron: Type.String({ minLength: 9, maxLength: 200, description: 'minute hour day-of-month month day-of-week' }),
  durationMs: Type.Integer({ minimum: 60_000, maximum: 7 * 86_400_000 }),
  zone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA zone, or `site` for that of the device' }),
});
export const freezeShape = strict({
  name: Type.String({ minLength: 1, maxLength: 64 }),
  from: instant,
  until: instant,
  reason: Type.String({ maxLength: 500 }),
});
export const rateShape = Type.Union([
  strict({
    kind: Type.Literal('constant'),
    perMinute: Type.Number({ exclusiveMinimum: 0, maximum: many }),
  }),
  strict({
    kind: Type.Literal('exponential'),
    basePerMinute: Type.Number({ exclusiveMinimum: 0, maximum: many }),
    factor: Type.Number({ minimum: 1, maximum: 100 }),
    everySucceeded: positive,
    mostPerMinute: Type.Number({ exclusiveMinimum: 0, maximum: many }),
  }),
]);
const budgets = {
  unproven: nullable(positive),
  perSite: nullable(positive),
  onePerPair: Type.Boolean(),
  bytesPerHour: nullable(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
};
const demands = {
  notInUse: Type.Boolean(),
  minBatteryPercent: nullable(Type.Number({ minimum: 0, maximum: 100 })),
  mainsPower: Type.Boolean(),
  unmeteredLink: Type.Boolean(),
  consent: Type.Boolean(),
  maxClockSkewSeconds: nullable(count),
  minCertificateDays: nullable(Type.Integer({ minimum: 0, maximum: 36_500 })),
};
const sequential = {
  alpha: Type.Number({ minimum: 0.0001, maximum: 0.2, description: 'most chance of stopping a sound release' }),
  margin: Type.Number({ minimum: 0.001, maximum: 0.5, description: 'a phase passes when fewer than this share fail' }),
  observeMs: Type.Integer({ minimum: 0, maximum: 365 * 86_400_000 }),
  expectedFailureShare: Type.Number({ minimum: 0.0001, maximum: 0.2 }),
  minDevices: count,
  hardStop: Type.Integer({ minimum: 0, maximum: many, description: 'devices gone dark that stop it at once' }),
  metrics: Type.Array(
    strict({
      name: Type.String({ minLength: 1, maxLength: 64 }),
      kind: oneOf(['event', 'value']),
      worse: oneOf(['higher', 'lower']),
      dryRun: Type.Boolean(),
    }),
    { maxItems: limits.metricsPerGate },
  ),
};
const fixedGate = strict({ kind: Type.Literal('fixed') });
export const gateShape = Type.Union([fixedGate, strict({ kind: Type.Literal('sequential'), ...sequential })]);
/** What a sequential gate leaves out has its default. */
const gateInputShape = Type.Union([
  fixedGate,
  strict({ kind: Type.Literal('sequential'), ...Type.Partial(strict(sequential)).properties }),
]);

const policy = {
  priority: Type.Integer({ minimum: -100, maximum: 100 }),
  exclude: Type.String({ maxLength: limits.expressionLength, description: 'devices that are left out' }),
  startAt: nullable(instant),
  endAt: nullable(instant),
  windows: Type.Array(windowShape, { maxItems: limits.windowsPerRollout }),
  ignoreFreezes: Type.Boolean(),
  rate: nullable(rateShape),
  approvals: Type.Integer({ minimum: 0, maximum: 10, description: 'people other than its maker who have to approve' }),
  rollBackOnFail: Type.Boolean(),
};

/** What callers may leave out has its default: nobody is held back but devices in use. */
export const policyInputShape = Type.Partial(
  strict({
    ...policy,
    gate: gateInputShape,
    budgets: Type.Partial(strict(budgets)),
    demands: Type.Partial(strict(demands)),
  }),
  { additionalProperties: false },
);
export const policyShape = Type.Object({
  ...policy,
  gate: gateShape,
  budgets: Type.Object(budgets),
  demands: Type.Object(demands),
});

export type FreezeView = Static<typeof freezeShape>;
export type PolicyInputView = Static<typeof policyInputShape>;
export type PolicyView = Static<typeof policyShape>;
