import type { Candidate, GateReport } from '@fettle/gates';
import type { DataSet, Instant, ReleasePolicy, SuppliedKind } from '@fettle/model';

/** One artifact for all gates; plain data. */
export interface GateOrder {
  readonly candidate: Candidate;
  readonly now: Instant;
  readonly settings: ReleasePolicy['settings'];
  /** Vulnerability data that are current. */
  readonly dataSets: readonly Pick<DataSet, 'kind' | 'digest'>[];
  /** Documents that came with the artifact. */
  readonly supplied: readonly { readonly kind: SuppliedKind; readonly digest: string; readonly text: string }[];
}

/** Runs the gates, apart from what serves others, with bounded memory and time. */
export interface GateRunner {
  /**
   * @throws FettleError `check-failed` when an artifact takes more than any may, `overloaded`, `not-found`
   */
  run(order: GateOrder, signal?: AbortSignal): Promise<readonly GateReport[]>;
}
