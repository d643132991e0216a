import { fileIn } from './context.ts';
import type { Files } from './read-zip.ts';
import type { Report } from './report.ts';
import { type Key, openStatement, sha256 } from './signatures.ts';

export const sumsFile = 'SHA256SUMS';
export const sealFile = 'SHA256SUMS.dsse.json';

/** Every file is listed with its digest, nothing else is listed, and the evidence key has signed the list. */
export function checkSums(files: Files, report: Report, keys: readonly Key[]): void {
  report.rule('sums', sumsFile, (refuse) => {
    const listed = new Map<string, string>();
    for (const line of Buffer.from(fileIn(files, sumsFile)).toString('utf8').split('\n').slice(0, -1)) {
      const [, digest, path] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
      if (digest === undefined || path === undefined || listed.has(path)) throw new Error('a line is not DIGEST  PATH');
      listed.set(path, digest);
    }
    for (const [path, bytes] of files) {
      if (path === sumsFile || path === sealFile) continue;
      if (!listed.has(path)) refuse('it is not listed in SHA256SUMS', path);
      else if (listed.get(path) !== sha256(bytes)) refuse('its bytes are not those that SHA256SUMS lists', path);
    }
    for (const path of listed.keys()) if (!files.has(path)) refuse('it is listed in SHA256SUMS but not there', path);
    return `${listed.size} files`;
  });
  report.rule('seal', sealFile, (refuse) => {
    const { subjects, predicateType } = openStatement(fileIn(files, sealFile), keys);
    if (predicateType !== 'https://fettle.dev/dossier/v1') refuse('it is no seal of a dossier');
    if (subjects.length !== 1 || subjects[0] !== sha256(fileIn(files, sumsFile)))
      refuse('the list is another than was sealed', sumsFile);
    return 'the evidence key has signed the list of files';
  });
}
