import type { PlanInput } from '@fettle/control';

export interface ReplayOptions {
  /** Another plan than the one that ran; the one that ran when absent. */
  readonly plan?: PlanInput | undefined;
  /** What is drawn by lot depends on it alone. */
  readonly seed?: string | undefined;
  /** How long a phase that waits for a person waits, when the plan is another than the one that ran. */
  readonly promoteAfterMs?: number | undefined;
  /** How long another plan than the one that ran may take; as long as the recording when absent. */
  readonly durationMs?: number | undefined;
}
