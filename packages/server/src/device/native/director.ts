import { directorFile } from '@fettle/control';
import { FettleError } from '@fettle/model';
import { authenticate } from './authenticate.ts';
import type { DeviceDoorOptions, Exchange } from './exchange.ts';

/** `GET|HEAD /device/v1/director/NAME`: the director's files for the device that asks, and for nobody else. */
export function takeDirectorFile({ brain }: DeviceDoorOptions, exchange: Exchange, name: string): void {
  const { request, response, refuse } = exchange;
  const scope = authenticate(brain, request.headers.authorization);
  if (scope instanceof FettleError) {
    refuse(response, scope);
    return;
  }
  directorFile(scope, brain, name).then(
    (text) => {
      if (text === undefined) {
        refuse(response, new FettleError('not-found', `The director has no ${name.slice(0, 100)} for this device.`));
        return;
      }
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        'cache-control': 'private, no-store',
      });
      response.end(request.method === 'HEAD' ? undefined : text);
    },
    (error) => refuse(response, error),
  );
}
