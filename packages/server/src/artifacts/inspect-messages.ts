import type { InspectionOrder } from '@fettle/control';
import type { Inspection } from '@fettle/images';
import type { ErrorCode } from '@fettle/model';

/** What the serving thread asks of the thread that looks into images; one at a time. */
export interface InspectRequest {
  readonly id: number;
  readonly order: InspectionOrder;
}

/** What it gets back. */
export type InspectAnswer =
  | { readonly id: number; readonly value: Inspection }
  | { readonly id: number; readonly code: ErrorCode; readonly message: string };
