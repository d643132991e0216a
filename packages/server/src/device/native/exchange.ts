import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Brain } from '@fettle/control';
import type { Artifact } from '@fettle/model';
import type { BodyDeadlines } from '../../http/deadlines.ts';
import type { LoadGauge } from '../../http/load.ts';
import type { Metrics } from '../../http/metrics.ts';

/** What the door of devices works with. */
export interface DeviceDoorOptions {
  readonly brain: Brain;
  readonly deadlines: BodyDeadlines;
  readonly load: LoadGauge;
  readonly metrics: Metrics;
  readonly requestId: () => string;
  /** Told about refusals that are the server's fault. */
  readonly onFailure: (error: unknown, requestId: string) => void;
  /** Put before the paths of download links; empty for none. */
  readonly publicUrl: string;
  readonly download: Download;
  readonly retryAfterSeconds: number;
}

/** A request and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly refuse: (response: ServerResponse, error: unknown) => void;
}

/** Sends an artifact that was asked for; what cannot be sent goes to `refuse`. */
export type Download = (find: () => Promise<Artifact>, exchange: Exchange) => void;
