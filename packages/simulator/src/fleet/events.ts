import type { DeploymentStatus } from '@fettle/model';
import type { TufProblem } from '@fettle/trust';
import type { Deed } from './misbehaviour.ts';

/** A promise of the server that a device saw broken. */
export type ViolationCode =
  | 'signature-invalid'
  | 'manifest-invalid'
  | 'wrong-type'
  | 'unmet-depends'
  | 'offer-mismatch'
  | 'downgrade-forbidden'
  | 'not-assigned'
  | TufProblem
  | 'digest-mismatch'
  | 'offered-again'
  | 'bad-answer';

/** What the devices do, as it happens; `at` is milliseconds since 1970 on the clock of this program. */
export type FleetEvent = { readonly at: number; readonly device: string } & (
  | { readonly kind: 'enrolled' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  | {
      readonly kind: 'offered';
      readonly deployment: string;
      readonly version: string;
      /** When the check-in that brought the offer was sent. */
      readonly askedAt: number;
    }
  | {
      readonly kind: 'reported';
      readonly deployment: string;
      readonly sequence: number;
      readonly status: DeploymentStatus;
    }
  | {
      readonly kind: 'acknowledged';
      readonly deployment: string;
      readonly sequence: number;
      readonly status: DeploymentStatus;
    }
  | { readonly kind: 'told-to-abort'; readonly deployment: string; readonly obeyed: boolean }
  | { readonly kind: 'booted'; readonly version: string }
  | { readonly kind: 'ended'; readonly deployment: string; readonly version: string; readonly deed: Deed }
  | { readonly kind: 'violation'; readonly code: ViolationCode; readonly message: string }
);

/** An event before the fleet adds time and device. */
export type NewFleetEvent = FleetEvent extends infer E
  ? E extends FleetEvent
    ? Omit<E, 'at' | 'device'>
    : never
  : never;
