import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gateLimits, openStoredSet } from '@fettle/gates';
import { runGates } from '@fettle/gates/run';
import { type OpenDataSet, readSuppliedVex, type VexStatement } from '@fettle/gates/vulnerabilities';
import { digest, FettleError, type KeyDemand } from '@fettle/model';
import { fileScratch } from './file-scratch.ts';
import { type OpenSource, openFileSource } from './file-source.ts';
import type { CheckOutcome, ChildMessage, ChildOrder, InputFile, PortableReport } from './messages.ts';

const folder = process.argv[2] ?? '';

// Whoever asked has ended without a word: nobody else would end this, or remove what it wrote.
const leave = () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
};
process.once('disconnect', leave);

/** The process that looks into one artifact and ends. It holds no key and no connection: only the files it was named. */
process.once('message', (order: ChildOrder) => {
  void answer(order).then((message) => {
    process.send?.(message, undefined, undefined, () => {
      process.off('disconnect', leave);
      process.disconnect?.();
    });
  });
});

const progressEveryBytes = 16 * 1_048_576;

async function answer(order: ChildOrder): Promise<ChildMessage> {
  try {
    return { kind: 'done', outcome: await check(order) };
  } catch (error) {
    if (error instanceof FettleError) return { kind: 'failed', code: error.code, message: error.message };
    return { kind: 'failed', code: 'check-failed', message: `The check came to no end: ${String(error)}` };
  }
}

async function check(order: ChildOrder): Promise<CheckOutcome> {
  const begun = performance.now();
  const { candidate, path, now, settings, inputs } = order;
  await using open = await openFileSource(path);
  const sets = await openSets(inputs);
  const vexTrust = settings.vulnerabilities?.vexTrust as KeyDemand | undefined;
  let told = 0;
  try {
    const context = { candidate, source: open.source, now };
    const { reports, bytes, entries } = await runGates({
      context,
      settings,
      supplied: await readSupplied(inputs, { now, deviceType: candidate.deviceType, vexTrust }),
      dataSets: sets.map(({ dataSet }) => dataSet),
      scratch: fileScratch(folder),
      onProgress(done) {
        if (done - told < progressEveryBytes) return;
        told = done;
        process.send?.({ kind: 'progress', bytes: done } satisfies ChildMessage);
      },
    });
    const portable: PortableReport[] = [];
    for (const [index, report] of reports.entries()) {
      const documents: PortableReport['documents'][number][] = [];
      for (const { kind, mediaType, bytes } of report.documents) {
        const file = join(folder, `document-${index}-${documents.length}`);
        await writeFile(file, bytes);
        documents.push({ kind, mediaType, path: file });
      }
      portable.push({ ...report, documents });
    }
    return { reports: portable, bytes, entries, seconds: (performance.now() - begun) / 1_000 };
  } finally {
    for (const { file } of sets) await file[Symbol.asyncDispose]();
  }
}

async function openSets(inputs: readonly InputFile[]) {
  const sets: { readonly file: OpenSource; readonly dataSet: OpenDataSet }[] = [];
  for (const input of inputs.filter(({ kind }) => kind === 'data-set')) {
    const file = await openFileSource(input.path);
    sets.push({ file, dataSet: await openStoredSet(file.source, digest(input.digest)) });
  }
  return sets;
}

interface SuppliedContext {
  readonly now: number;
  readonly deviceType: string;
  /** Whose VEX closes findings. */
  readonly vexTrust: KeyDemand | undefined;
}

async function readSupplied(inputs: readonly InputFile[], { now, deviceType, vexTrust }: SuppliedContext) {
  const vex: VexStatement[] = [];
  const sboms: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  const bundles: Uint8Array[] = [];
  for (const input of inputs.filter(({ kind }) => kind !== 'data-set')) {
    const bytes = await readSmall(input);
    if (input.kind === 'sbom') sboms.push({ name: input.digest, bytes });
    else if (input.kind === 'provenance') bundles.push(bytes);
    else {
      const read = readSuppliedVex(
        bytes,
        { expiresAt: now + gateLimits.suppliedVexMs, deviceTypes: [deviceType] },
        vexTrust,
      );
      if (!read.ok)
        throw new FettleError('invalid-input', `The VEX document ${input.digest} is refused: ${read.message}`);
      vex.push(...read.statements);
    }
  }
  return { vex, sboms, bundles };
}

async function readSmall({ path, digest: expected }: InputFile): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > gateLimits.suppliedBytes) {
    throw new FettleError('too-large', `A document has at most ${gateLimits.suppliedBytes} bytes, found ${size}.`);
  }
  const bytes = await readFile(path);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === expected) return bytes;
  throw new FettleError('digest-mismatch', `Expected a document of digest ${expected}, found ${found}.`);
}
