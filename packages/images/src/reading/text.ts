import { maxTextLength } from './bounds.ts';

/**
 * Text from an image, safe to show: printable ASCII stays, every other byte becomes `\xNN`; at most 256 bytes are shown.
 * Ends at the first NUL.
 */
export function shownText(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  const end = nul < 0 ? bytes.length : nul;
  let text = '';
  for (const byte of bytes.subarray(0, Math.min(end, maxTextLength))) {
    text += byte >= 0x20 && byte <= 0x7e && byte !== 0x5c ? String.fromCharCode(byte) : escaped(byte);
  }
  return end > maxTextLength ? `${text}...` : text;
}

/** As `0x00000000`, eight digits or more. */
export function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function escaped(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
