import type { IncomingMessage, ServerResponse } from 'node:http';
import { FettleError, limits } from '@fettle/model';
import { native } from '@fettle/protocol';
import { noRoute } from '../../http/app.ts';
import { bodyText, readBody } from '../../http/body.ts';
import { problemOf, sendProblem } from '../../http/problem.ts';
import { answer } from './answer.ts';
import { takeArtifact } from './artifacts.ts';
import { authenticate } from './authenticate.ts';
import { calls, type DeviceCall } from './calls.ts';
import { takeCheckIn } from './check-ins.ts';
import { takeDirectorFile } from './director.ts';
import type { DeviceDoorOptions, Exchange } from './exchange.ts';

/** Answers everything under `/device/v1/`, below the router: this is where a million devices knock. */
export type DeviceDoor = (request: IncomingMessage, response: ServerResponse) => void;

export const devicePrefix = '/device/v1/';
const artifactPrefix = `${native.nativePaths.artifacts}/`;
const directorPrefix = `${native.nativePaths.director}/`;

export function createDeviceDoor(options: DeviceDoorOptions): DeviceDoor {
  const refuse = (response: ServerResponse, error: unknown) => {
    options.metrics.device.refusals++;
    const requestId = options.requestId();
    const problem = problemOf(error, requestId);
    if (problem.body.code === 'internal') options.onFailure(error, requestId);
    sendProblem(response, problem);
  };
  return (request, response) => {
    const url = request.url ?? '';
    if (url === native.nativePaths.checkIn && request.method === 'POST') {
      takeCheckIn(options, { request, response, refuse });
      return;
    }
    const call = calls.get(url);
    if (call && request.method === 'POST') {
      takeMessage(options, call, { request, response, refuse });
      return;
    }
    const path = url.split('?', 1)[0] ?? '';
    // Nothing more is read of what no route wants; what still comes is dropped under the deadline of bodies.
    options.deadlines.begin(request, response);
    const exchange = { request, response, refuse };
    if (request.method !== 'GET' && request.method !== 'HEAD') refuse(response, noRoute(request.method ?? '', path));
    else if (path.startsWith(artifactPrefix)) {
      takeArtifact(options.brain, options.download, exchange, path.slice(artifactPrefix.length));
    } else if (path.startsWith(directorPrefix)) {
      takeDirectorFile(options, exchange, path.slice(directorPrefix.length));
    } else refuse(response, noRoute(request.method, path));
  };
}

/** The cheapest refusals come first: credentials before a single byte of the body. */
function takeMessage(options: DeviceDoorOptions, call: DeviceCall, exchange: Exchange): void {
  const { request, response, refuse } = exchange;
  options.deadlines.begin(request, response);
  const scope = call.needsToken ? authenticate(options.brain, request.headers.authorization) : undefined;
  if (scope instanceof FettleError) {
    refuse(response, scope);
    return;
  }
  readBody(request, limits.deviceBodyBytes, (unread, body) => {
    options.deadlines.end(request);
    try {
      if (unread) throw unread;
      call.run({ brain: options.brain, scope, text: bodyText(body), options }).then(
        (text) => answer(response, text),
        (error) => refuse(response, error),
      );
    } catch (error) {
      refuse(response, error);
    }
  });
}
