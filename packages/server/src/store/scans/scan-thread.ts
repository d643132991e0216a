import { parentPort, workerData } from 'node:worker_threads';
import { surveyNamed } from '@fettle/control';
import { FettleError } from '@fettle/model';
import { openScanReader } from '../sqlite-connection.ts';
import { carryOut } from './orders.ts';
import { pace } from './pace.ts';
import type { ScanAnswer, ScanRequest } from './scan-messages.ts';

/**
 * The thread for long reads: its own connection to the file, reading only. Several reads take turns, piece by piece.
 */
const { file } = workerData as { readonly file: string };
const connection = openScanReader(file);

parentPort?.on('message', (request: ScanRequest) => {
  void answer(request).then((message) => parentPort?.postMessage(message));
});

async function answer({ id, order }: ScanRequest): Promise<ScanAnswer> {
  try {
    return { id, value: await carryOut({ connection, tenant: order.tenant, pace }, order, surveyNamed) };
  } catch (error) {
    if (error instanceof FettleError) return { id, code: error.code, message: error.message, details: error.details };
    return { id, code: 'internal', message: `A search failed: ${String(error)}`, details: {} };
  }
}
