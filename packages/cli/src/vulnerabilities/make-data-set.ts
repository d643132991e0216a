import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileScratch } from '@fettle/checker';
import {
  type ImportedDataSet,
  importEpss,
  importKev,
  importOsv,
  importVex,
  type VexAdoption,
} from '@fettle/gates/vulnerabilities';
import { type DataSetKind, FettleError, type Instant } from '@fettle/model';
import { withFileSource } from '../image/file-source.ts';

/** What is to be imported. */
export interface ImportWish {
  readonly file: string;
  readonly kind: DataSetKind;
  readonly source: string;
  readonly importedAt: Instant;
  readonly publishedAt: Instant | undefined;
  /** For documents of suppliers. */
  readonly adoption: VexAdoption;
  /** The data set file that is made; it must not be there yet. */
  readonly output: string;
}

/** Makes a data set file of a file of vulnerability data. What it needs for sorting lies in a folder that is removed. */
export async function makeDataSet(wish: ImportWish): Promise<ImportedDataSet> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-vulndb-'));
  try {
    return await withFileSource(wish.file, (source) => importInto(wish, folder, source));
  } catch (error) {
    if (error instanceof FettleError)
      throw new FettleError(error.code, `${wish.file}: ${error.message}`, { cause: error });
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importInto(
  { kind, source, importedAt, publishedAt, adoption, output }: ImportWish,
  folder: string,
  input: Parameters<typeof importOsv>[0],
): Promise<ImportedDataSet> {
  const handle = await open(output, 'wx').catch((cause: NodeJS.ErrnoException) => {
    throw new FettleError('invalid-input', `${output}: expected a new file, found ${cause.code ?? cause.message}.`);
  });
  let isWhole = false;
  try {
    const options = {
      scratch: fileScratch(folder),
      output: { append: async (bytes: Uint8Array) => void (await handle.writeFile(bytes)) },
      source,
      importedAt,
      publishedAt,
    };
    const made = await importKind(kind, input, { ...options, adoption });
    isWhole = true;
    return made;
  } finally {
    await handle.close();
    if (!isWhole) await rm(output, { force: true });
  }
}

function importKind(
  kind: DataSetKind,
  input: Parameters<typeof importOsv>[0],
  options: Parameters<typeof importVex>[1],
): Promise<ImportedDataSet> {
  if (kind === 'osv') return importOsv(input, options);
  if (kind === 'kev') return importKev(input, options);
  return kind === 'epss' ? importEpss(input, options) : importVex(input, options);
}
