import type { ErrorCode, ErrorDetails } from '@fettle/model';
import type { ScanOrder } from './orders.ts';

/** What the serving thread asks of the thread that scans. */
export interface ScanRequest {
  readonly id: number;
  readonly order: ScanOrder;
}
/** What it gets back. */
export type ScanAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
