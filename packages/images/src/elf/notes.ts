import { shownText } from '../reading/text.ts';
import type { ElfForm } from './layout.ts';

export interface ElfNotes {
  readonly buildId?: string;
  /** Name and version of the package that the program came in. */
  readonly packageName?: string;
  readonly packageVersion?: string;
}

const buildIdType = 3;
const packageType = 0xcafe1a7e;
const maxBuildIdBytes = 64;

/**
 * Finds the build id and the package note among notes; what does not fit its area is left alone.
 * @source System V ABI, note section; systemd ELF package metadata
 */
export function readNotes(form: ElfForm, area: Buffer): ElfNotes {
  let found: ElfNotes = {};
  for (let at = 0; at + 12 <= area.length; ) {
    const [nameBytes, dataBytes] = [form.word(area, at), form.word(area, at + 4)];
    const type = form.word(area, at + 8);
    const dataAt = at + 12 + Math.ceil(nameBytes / 4) * 4;
    const end = dataAt + dataBytes;
    if (end > area.length) break;
    const name = area.toString('latin1', at + 12, at + 12 + Math.min(nameBytes, 4));
    const data = area.subarray(dataAt, end);
    if (name === 'GNU\0' && type === buildIdType && dataBytes > 0 && dataBytes <= maxBuildIdBytes) {
      found = { ...found, buildId: data.toString('hex') };
    }
    if (name === 'FDO\0' && type === packageType) found = { ...found, ...readPackage(data) };
    at = dataAt + Math.ceil(dataBytes / 4) * 4;
  }
  return found;
}

function readPackage(data: Buffer): ElfNotes {
  const nul = data.indexOf(0);
  let value: unknown;
  try {
    value = JSON.parse(data.toString('utf8', 0, nul < 0 ? data.length : nul));
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const text = (key: string) => {
    const member: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
    return typeof member === 'string' ? shownText(Buffer.from(member)) : undefined;
  };
  const [packageName, packageVersion] = [text('name'), text('version')];
  return {
    ...(packageName === undefined ? {} : { packageName }),
    ...(packageVersion === undefined ? {} : { packageVersion }),
  };
}
