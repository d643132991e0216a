import type { Source } from '@fettle/images';
import type { Instant } from '@fettle/model';
import type { ImportedDataSet, OpenDataSet } from '../data/data-set.ts';
import { instantOf, listOf } from '../reading/fields.ts';
import { chunksOf, gunzip, isGzip, linesOf } from '../reading/lines.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import type { ImportOptions } from './import-options.ts';
import { importRows } from './import-rows.ts';

/** How likely a vulnerability is to be exploited in the next 30 days. */
export interface Likelihood {
  /** 0 to 1. */
  readonly probability: number;
  /** Share of all vulnerabilities that are as likely or less, 0 to 1. */
  readonly percentile: number;
}

const lineBytes = 4_096;
const unpackedBytes = 268_435_456;

/**
 * Makes a data set of EPSS scores: CSV, or gzip of it, with the columns cve, epss, percentile and a comment with the date.
 * @throws FettleError `invalid-input`, `too-large`
 */
export async function importEpss(input: Source, options: ImportOptions): Promise<ImportedDataSet> {
  return importRows('epss', options, async ({ take, refuse }) => {
    let published: Instant | null = null;
    const chunks = (await isGzip(input)) ? gunzip(input, unpackedBytes) : chunksOf(input);
    for await (const bytes of linesOf(chunks, lineBytes)) {
      const line = Buffer.from(bytes).toString('utf8');
      if (line.startsWith('#')) published = dateIn(line);
      else if (!line.startsWith('cve,')) {
        const [cve = '', probability, percentile] = line.split(',', 4);
        const likelihood = readLikelihood([Number(probability || Number.NaN), Number(percentile || Number.NaN)]);
        if (/^CVE-\d{4}-\d+$/.test(cve) && likelihood !== undefined)
          await take(cve, [likelihood.probability, likelihood.percentile]);
        else refuse(`Expected "CVE id, number, number", found "${line.slice(0, 60)}".`);
      }
    }
    return published;
  });
}

/** `#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000` */
function dateIn(comment: string): Instant | null {
  const said = /score_date:([0-9T:.+Z-]{10,32})/.exec(comment)?.[1];
  return said === undefined ? null : (instantOf(said) ?? instantOf(said.slice(0, 10)));
}

/** @returns null when there is no score for it */
export async function likelihoodIn(dataSet: OpenDataSet, cve: string): Promise<Likelihood | null> {
  for await (const row of dataSet.rows('names', cve)) return readLikelihood(row) ?? null;
  return null;
}

function readLikelihood(value: unknown): Likelihood | undefined {
  const [probability, percentile] = listOf(value, most.scoresPerRecord) ?? [];
  return isShare(probability) && isShare(percentile) ? { probability, percentile } : undefined;
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
