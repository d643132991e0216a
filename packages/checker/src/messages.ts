import type { Candidate, GateReport } from '@fettle/gates';
import type { ErrorCode, Instant, ReleaseGate } from '@fettle/model';

/** A document that came with a candidate or that the operator imported; read by the child itself. */
export interface InputFile {
  readonly kind: CheckInputKind;
  /** Hex SHA-256 of its bytes. */
  readonly digest: string;
  readonly path: string;
}

/** A document that is in no file yet. */
export type InputText = Omit<InputFile, 'path'> & { readonly text: string };
export type CheckInput = InputFile | InputText;
export const checkInputKinds = ['sbom', 'vex', 'provenance', 'data-set'] as const;
export type CheckInputKind = (typeof checkInputKinds)[number];

/** One artifact that all gates are to look at; plain data. */
export interface CheckOrder {
  readonly candidate: Candidate;
  /** Where the artifact's bytes are. */
  readonly path: string;
  /** What verdicts are about: expiry, age of data. */
  readonly now: Instant;
  /** Settings of gates as the policy of the fleet has them. */
  readonly settings: Readonly<Partial<Record<ReleaseGate, Readonly<Record<string, unknown>>>>>;
  readonly inputs: readonly CheckInput[];
}

/** A report as it crosses the border of the process: documents are files. */
export type PortableReport = Omit<GateReport, 'documents'> & {
  readonly documents: readonly { readonly kind: string; readonly mediaType: string; readonly path: string }[];
};

export interface CheckOutcome {
  readonly reports: readonly PortableReport[];
  /** What the walk could not see, and how much it saw. */
  readonly bytes: number;
  readonly entries: number;
  readonly seconds: number;
}

export type ChildMessage =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly outcome: CheckOutcome }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** What the process is sent, once: everything in it is in files. */
export type ChildOrder = Omit<CheckOrder, 'inputs'> & { readonly inputs: readonly InputFile[] };
