import type { Findings } from '../inspection.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import type { Range } from '../reading/ranges.ts';
import { shownText } from '../reading/text.ts';

const appMagic = 0xabcd5432;
const appBytes = 176;
const bootloaderMagic = 0x50;
const bootloaderBytes = 40;

/**
 * What the program says about itself at the start of its first segment; nothing when there is no descriptor.
 * @source ESP-IDF esp_app_desc_t (256 bytes) and esp_bootloader_desc_t (80 bytes)
 */
export async function readDescriptor(reader: ImageReader, first: Range | undefined): Promise<Findings> {
  if (!first || first.length < bootloaderBytes) return {};
  const bytes = await reader.bytes('The descriptor', first.offset, Math.min(first.length, appBytes));
  if (bytes.readUInt32LE(0) === appMagic && bytes.length === appBytes) return appFindings(bytes);
  return bytes.readUInt8(0) === bootloaderMagic ? bootloaderFindings(bytes) : {};
}

function appFindings(bytes: Buffer): Findings {
  const [time, date] = [shownText(bytes.subarray(80, 96)), shownText(bytes.subarray(96, 112))];
  const made = `${date} ${time}`.trim();
  const sdk = shownText(bytes.subarray(112, 144));
  return {
    counter: bytes.readUInt32LE(4),
    version: shownText(bytes.subarray(16, 48)),
    description: [shownText(bytes.subarray(48, 80)), made, sdk].filter((text) => text !== '').join(', '),
    build: bytes.toString('hex', 144, 176),
  };
}

// Any code may begin with this byte: a version is claimed only where the name of the SDK is text.
function bootloaderFindings(bytes: Buffer): Findings {
  const sdk = shownText(bytes.subarray(8, 40));
  if (sdk === '' || sdk.includes('\\x')) return {};
  return { version: String(bytes.readUInt32LE(4)), description: `boot loader, ${sdk}` };
}
