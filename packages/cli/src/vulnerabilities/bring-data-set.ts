import { createReadStream } from 'node:fs';
import type { DataSetView } from '@fettle/api';
import type { Context } from '../context.ts';
import { identifyDataSet } from './sign-data-set.ts';

/** Uploads a data set file and has the server take it into use. */
export async function bringDataSet(context: Context, file: string, envelope: string): Promise<DataSetView> {
  const { signal } = context.io;
  const { digest: sha256, sizeBytes, header } = await identifyDataSet(context, file);
  const client = await context.client();
  await client.upload({
    sha256,
    sizeBytes,
    open: (offset) => createReadStream(file, { start: offset, highWaterMark: 262_144 }),
    signal,
  });
  const { kind, records } = header;
  return client.addDataSet({ sha256, kind, records, ...(envelope === '' ? {} : { envelope }) });
}
