import { workerData } from 'node:worker_threads';
import { surveyNamed } from '@fettle/control';
import { answerOrders } from '../../threads/answer-orders.ts';
import { openScanReader } from '../sqlite-connection.ts';
import { carryOut, type ScanOrder } from './orders.ts';
import { pace } from './pace.ts';

/**
 * The thread for long reads: its own connection to the file, reading only. Several reads take turns, piece by piece.
 */
const { file } = workerData as { readonly file: string };
const connection = openScanReader(file);

answerOrders(
  (order: ScanOrder) => carryOut({ connection, tenant: order.tenant, pace }, order, surveyNamed),
  'A search failed',
);
