import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CheckInput, type CheckOutcome, runCheck } from '@fettle/checker';
import type { GateOrder, GateRunner } from '@fettle/control';
import type { GateReport } from '@fettle/gates';
import { artifactPath } from '../artifacts/artifact-path.ts';

/** Runs the gates over artifacts on disk, each in a process of its own. */
export class GateProcess implements GateRunner {
  readonly #folder: string;

  /** @param folder the folder of the artifacts, and of vulnerability data */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async run(
    { candidate, now, settings, supplied, dataSets }: GateOrder,
    signal?: AbortSignal,
  ): Promise<readonly GateReport[]> {
    const folder = await mkdtemp(join(tmpdir(), 'fettle-supplied-'));
    try {
      const inputs: CheckInput[] = dataSets.map(({ digest }) => ({
        kind: 'data-set',
        path: artifactPath(this.#folder, digest),
        digest,
      }));
      for (const [index, { kind, digest, text }] of supplied.entries()) {
        const path = join(folder, String(index));
        await writeFile(path, text);
        inputs.push({ kind, path, digest });
      }
      const path = artifactPath(this.#folder, candidate.digest);
      return await runCheck({ candidate, path, now, settings, inputs }, readReports, { signal });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function readReports({ reports }: CheckOutcome): Promise<readonly GateReport[]> {
  const read: GateReport[] = [];
  for (const { documents, ...report } of reports) {
    const made: GateReport['documents'][number][] = [];
    for (const { kind, mediaType, path } of documents) made.push({ kind, mediaType, bytes: await readFile(path) });
    read.push({ ...report, documents: made });
  }
  return read;
}
