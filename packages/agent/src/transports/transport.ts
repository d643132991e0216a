import type { Repository } from '@fettle/model';
import type { native } from '@fettle/protocol';

/** Why the server gave no answer that helps. */
export interface NoAnswer {
  readonly ok: false;
  /**
   * `unreachable`: nobody answered in time · `busy`: come back later · `pending`: not accepted yet ·
   * `refused`: this device may not · `rejected`: this message will never be taken.
   */
  readonly kind: 'unreachable' | 'busy' | 'pending' | 'refused' | 'rejected';
  /** The server's error code, when it gave one. */
  readonly code?: string;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | NoAnswer;

export interface DownloadDemand {
  /** Absolute, or a path on the server. */
  readonly url: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Strong ETag of the part that is there already. */
  readonly etag: string | null;
  readonly signal: AbortSignal;
}

export interface DownloadStream {
  readonly ok: true;
  /** Where the bytes begin: the offset asked for, or 0 when the whole artifact comes again. */
  readonly offsetBytes: number;
  readonly etag: string | null;
  /** Throws `TransferBroken` when the transfer ends early. Leaving the loop closes the connection. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A transfer that stopped before its end: what came is good, the rest can be asked for again. */
export class TransferBroken extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TransferBroken';
  }
}

export interface MetadataDemand {
  readonly repository: Repository;
  /** The name on the wire, e.g. `3.snapshot.json`. */
  readonly name: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The agent's way to a server. Nothing in here throws for what a network does every day. */
export interface Transport {
  checkIn(request: native.CheckInRequest): Promise<Answer<native.CheckInResponse>>;
  sendReports(reports: readonly native.ReportMessage[]): Promise<Answer<native.ReportsResponse>>;
  download(demand: DownloadDemand): Promise<DownloadStream | NoAnswer>;
  /**
   * Gets a file of signed metadata; one byte more than `maxBytes` tells that there are more.
   * Rejects when it could not be fetched, which may pass: this one goes into a workflow that is told so.
   */
  fetchMetadata(demand: MetadataDemand): Promise<Uint8Array | 'absent'>;
  /** Asks for the signed time to a nonce. @returns the answer as it came; undefined when none did */
  askTime(nonce: string): Promise<Uint8Array | undefined>;
  /** Whether anybody answers at the server's address, or at `host:port`; any answer will do. */
  isReachable(place: 'server' | string, timeoutMs: number): Promise<boolean>;
}
