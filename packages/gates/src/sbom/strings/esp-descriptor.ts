import { plainText } from '../sbom-limits.ts';

/** What an ESP-IDF application says of itself. */
export interface EspDescriptor {
  readonly project: string;
  readonly version: string;
  readonly idfVersion: string;
}

const magic = Buffer.from([0x32, 0x54, 0xcd, 0xab]);
const descriptorBytes = 256;
const maxHits = 64;

/** @source ESP-IDF, esp_app_desc_t: magic word, secure version, then texts at 16, 48, 80, 96, 112 */
export function findEspDescriptor(bytes: Buffer): EspDescriptor | undefined {
  let at = bytes.indexOf(magic);
  for (let hits = 0; at !== -1 && hits < maxHits && at + descriptorBytes <= bytes.length; hits++) {
    const start = at;
    const text = (offset: number, length: number) => {
      const part = bytes.toString('latin1', start + offset, start + offset + length);
      return plainText(part.split('\0', 1)[0] ?? '');
    };
    const found = { version: text(16, 32), project: text(48, 32), idfVersion: text(112, 32) };
    if (/^v?\d+\.\d+/.test(found.idfVersion) && found.project !== '') return found;
    at = bytes.indexOf(magic, at + 4);
  }
  return undefined;
}
