import { parentPort, workerData } from 'node:worker_threads';
import { inspectImage, readImageKey } from '@fettle/images';
import { FettleError } from '@fettle/model';
import { openDiskSource } from './disk-source.ts';
import type { InspectAnswer, InspectRequest } from './inspect-messages.ts';

/** The thread that looks into images: it reads artifacts, and nothing else. */
const { folder } = workerData as { readonly folder: string };

parentPort?.on('message', (request: InspectRequest) => {
  void answer(request).then((message) => parentPort?.postMessage(message));
});

async function answer({ id, order }: InspectRequest): Promise<InspectAnswer> {
  try {
    await using artifact = await openDiskSource(folder, order.digest);
    const keys = order.keys.map((pem) => ({ key: readImageKey(pem) }));
    return { id, value: await inspectImage(artifact.source, { keys }) };
  } catch (error) {
    if (error instanceof FettleError) return { id, code: error.code, message: error.message };
    return { id, code: 'internal', message: `An image could not be looked into: ${String(error)}` };
  }
}
