import { type Static, Type } from 'typebox';
import { oneOf } from './common.ts';

/** One line of a recording as `fettle rollout replay` reads it; `docs/simulation.md` says what is in it. */
export const recordingLineShape = Type.Object(
  { kind: oneOf(['header', 'fleet', 'act', 'decision', 'device', 'assumption']) },
  { additionalProperties: true, description: 'a line of the recording' },
);

export type RecordingLineView = Static<typeof recordingLineShape>;
