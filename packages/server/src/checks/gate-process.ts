import { readFile } from 'node:fs/promises';
import { type CheckOutcome, runCheck } from '@fettle/checker';
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
    const sets = dataSets.map(({ digest }) => ({
      kind: 'data-set' as const,
      path: artifactPath(this.#folder, digest),
      digest,
    }));
    const path = artifactPath(this.#folder, candidate.digest);
    const inputs = [...sets, ...supplied.map(({ kind, digest, text }) => ({ kind, digest, text }))];
    return await runCheck({ candidate, path, now, settings, inputs }, readReports, { signal });
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
