import { workerData } from 'node:worker_threads';
import type { InspectionOrder } from '@fettle/control';
import { inspectImage, readImageKey } from '@fettle/images';
import { answerOrders } from '../threads/answer-orders.ts';
import { openDiskSource } from './disk-source.ts';

/** The thread that looks into images: it reads artifacts, and nothing else. */
const { folder } = workerData as { readonly folder: string };

answerOrders(async (order: InspectionOrder) => {
  await using artifact = await openDiskSource(folder, order.digest);
  const keys = order.keys.map((pem) => ({ key: readImageKey(pem) }));
  return await inspectImage(artifact.source, { keys });
}, 'An image could not be looked into');
