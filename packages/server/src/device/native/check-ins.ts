import { quietCheckIn } from '@fettle/control';
import { FettleError, limits } from '@fettle/model';
import { native } from '@fettle/protocol';
import { bodyText, readBody } from '../../http/body.ts';
import { answer } from './answer.ts';
import { authenticate, bearerToken } from './authenticate.ts';
import { runCheckIn } from './calls.ts';
import { clockSkewSeconds } from './clock-skew.ts';
import type { DeviceDoorOptions, Exchange } from './exchange.ts';

/**
 * The door's hot path. The cheapest refusals come first: load before credentials, credentials before a single byte of
 * the body. Only for a device that is remembered the body is read first, as a request that is remembered as well needs
 * no further look at its token; any other then goes the full way.
 */
export function takeCheckIn(options: DeviceDoorOptions, { request, response, refuse }: Exchange): void {
  const startedAt = performance.now();
  const { brain, metrics, deadlines } = options;
  deadlines.begin(request, response);
  if (options.load.isOverloaded) {
    metrics.device.shed++;
    refuse(response, comeBackLater(options));
    return;
  }
  const { authorization, date } = request.headers;
  const token = bearerToken(authorization);
  const early = token !== undefined && brain.quiet.knows(token) ? undefined : authenticate(brain, authorization);
  if (early instanceof FettleError) {
    refuse(response, early);
    return;
  }
  const done = (text: string) => {
    answer(response, text);
    metrics.device.checkIns++;
    metrics.checkInSeconds((performance.now() - startedAt) / 1_000);
  };
  readBody(request, limits.deviceBodyBytes, (unread, body) => {
    deadlines.end(request);
    try {
      if (unread) throw unread;
      const skew = clockSkewSeconds(date, brain.clock.now());
      const asBefore = token !== undefined && skew === undefined;
      const quiet = asBefore ? quietCheckIn(brain, token, body) : undefined;
      if (quiet) {
        metrics.device.quietCheckIns++;
        done(native.checkInResponse.encode(quiet));
        return;
      }
      const { socket } = request;
      const isGone = () => socket.destroyed || socket.readableEnded;
      const seen = { ticket: asBefore ? brain.quiet.ticket() : undefined, clockSkewSeconds: skew, isGone };
      const scope = early ?? authenticate(brain, authorization);
      if (scope instanceof FettleError) throw scope;
      runCheckIn({ brain, scope, text: bodyText(body), seen, options }).then(done, (error) => refuse(response, error));
    } catch (error) {
      refuse(response, error);
    }
  });
}

// Spread over half to one and a half of the time, so that the herd does not come back as one.
function comeBackLater({ brain, retryAfterSeconds }: DeviceDoorOptions): FettleError {
  const spread = 0.5 + (brain.random.bytes(1)[0] ?? 0) / 255;
  const seconds = Math.max(1, Math.round(retryAfterSeconds * spread));
  return new FettleError('overloaded', `The server is busy. Check in again in ${seconds} seconds.`, {
    details: { retryAfterSeconds: seconds },
  });
}
