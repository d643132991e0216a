import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Brain } from '@fettle/control';
import { FettleError, limits } from '@fettle/model';
import { native } from '@fettle/protocol';
import { noRoute } from '../../http/app.ts';
import { bodyText, readBody } from '../../http/body.ts';
import type { BodyDeadlines } from '../../http/deadlines.ts';
import type { LoadGauge } from '../../http/load.ts';
import type { Metrics } from '../../http/metrics.ts';
import { problemOf, sendProblem } from '../../http/problem.ts';
import { createArtifactDoor } from './artifacts.ts';
import { authenticate } from './authenticate.ts';
import { calls, type DeviceCall } from './calls.ts';

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
  readonly maxDownloads: number;
  readonly retryAfterSeconds: number;
}

/** Answers everything under `/device/v1/`, below the router: this is where a million devices knock. */
export type DeviceDoor = (request: IncomingMessage, response: ServerResponse) => void;

export const devicePrefix = '/device/v1/';
const artifactPrefix = `${native.nativePaths.artifacts}/`;

export function createDeviceDoor(options: DeviceDoorOptions): DeviceDoor {
  const refuse = (response: ServerResponse, error: unknown) => {
    options.metrics.device.refusals++;
    const requestId = options.requestId();
    const problem = problemOf(error, requestId);
    if (problem.body.code === 'internal') options.onFailure(error, requestId);
    sendProblem(response, problem);
  };
  const downloads = createArtifactDoor({ ...options, refuse });
  return (request, response) => {
    const url = request.url ?? '';
    const call = calls.get(url);
    if (call && request.method === 'POST') {
      takeMessage(options, call, { request, response, refuse });
      return;
    }
    const path = url.split('?', 1)[0] ?? '';
    // Nothing more is read of what no route wants; what still comes is dropped under the deadline of bodies.
    options.deadlines.begin(request, response);
    if (path.startsWith(artifactPrefix) && (request.method === 'GET' || request.method === 'HEAD')) {
      downloads(request, response, path.slice(artifactPrefix.length));
    } else refuse(response, noRoute(request.method ?? '', path));
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly refuse: (response: ServerResponse, error: unknown) => void;
}

function takeMessage(options: DeviceDoorOptions, call: DeviceCall, exchange: Exchange): void {
  const { request, response, refuse } = exchange;
  const startedAt = performance.now();
  options.deadlines.begin(request, response);
  const scope = letIn(options, call, request);
  if (scope instanceof FettleError) {
    refuse(response, scope);
    return;
  }
  const done = (text: string) => {
    answer(response, text);
    if (call.isShed) {
      options.metrics.device.checkIns++;
      options.metrics.checkInSeconds((performance.now() - startedAt) / 1_000);
    }
  };
  readBody(request, limits.deviceBodyBytes, (unread, body) => {
    options.deadlines.end(request);
    try {
      if (unread) throw unread;
      call
        .run({ brain: options.brain, scope, text: bodyText(body), options })
        .then(done, (error) => refuse(response, error));
    } catch (error) {
      refuse(response, error);
    }
  });
}

/** The cheapest refusals come first: load before credentials, credentials before a single byte of the body. */
function letIn(options: DeviceDoorOptions, call: DeviceCall, request: IncomingMessage) {
  if (call.isShed && options.load.isOverloaded) {
    options.metrics.device.shed++;
    return comeBackLater(options);
  }
  return call.needsToken ? authenticate(options.brain, request.headers.authorization) : undefined;
}

/** One write for head and body; text without other characters than ASCII goes the quicker way. */
function answer(response: ServerResponse, text: string): void {
  const sizeBytes = Buffer.byteLength(text);
  response.writeHead(200, [
    'content-type',
    'application/json',
    'content-length',
    String(sizeBytes),
    'cache-control',
    'no-store',
  ]);
  response.end(text, sizeBytes === text.length ? 'latin1' : 'utf8');
}

// Spread over half to one and a half of the time, so that the herd does not come back as one.
function comeBackLater({ brain, retryAfterSeconds }: DeviceDoorOptions): FettleError {
  const spread = 0.5 + (brain.random.bytes(1)[0] ?? 0) / 255;
  const seconds = Math.max(1, Math.round(retryAfterSeconds * spread));
  return new FettleError('overloaded', `The server is busy. Check in again in ${seconds} seconds.`, {
    details: { retryAfterSeconds: seconds },
  });
}
