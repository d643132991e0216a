import type { ErrorCode, ErrorDetails } from '@fettle/model';

/** What the serving thread asks of another one. The order is plain data. */
export interface ThreadRequest<Order> {
  readonly id: number;
  readonly order: Order;
}
/** What it gets back, in whatever order the answers are found. */
export type ThreadAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
