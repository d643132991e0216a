import { type Static, Type } from 'typebox';
import { count, instant, nullable, oneOf } from './common.ts';

const interval = Type.Object({ low: Type.Number(), high: nullable(Type.Number()) });

export const gateTestShape = Type.Object({
  name: Type.String({ description: '`failures`, `installations`, or a metric' }),
  decides: Type.Boolean({ description: 'false for a dry run' }),
  measure: oneOf(['rate-ratio', 'failure-share', 'worse-share']),
  effect: Type.Number(),
  interval,
  e: Type.Number({ description: 'evidence against the release; 1 says nothing' }),
  seen: count,
});
/** What a sequential gate has seen; `verdict` is that of the phase which is being watched. */
export const gateReportShape = Type.Object({
  rule: count,
  alpha: Type.Number(),
  e: Type.Number({ description: 'of all tests together; the gate fails at 1 / alpha' }),
  started: count,
  proven: count,
  failed: count,
  watching: count,
  control: count,
  share: interval,
  margin: Type.Number(),
  tests: Type.Array(gateTestShape),
  suspectSince: nullable(instant),
  asksSince: nullable(instant),
});

export type GateTestView = Static<typeof gateTestShape>;
export type GateReportView = Static<typeof gateReportShape>;
