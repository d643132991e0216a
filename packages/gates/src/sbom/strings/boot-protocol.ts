import { plainText } from '../sbom-limits.ts';

/**
 * The version and what follows it (who built it, and when) in the start of a compressed x86 kernel, whose own texts are
 * packed. Undefined when it is no such kernel.
 * @source Linux, Documentation/arch/x86/boot: `HdrS` at 0x202, kernel_version at 0x20e counts from 0x200
 */
export function bzImageBanner(bytes: Buffer): string | undefined {
  if (bytes.length < 0x400 || bytes.toString('latin1', 0x202, 0x206) !== 'HdrS') return undefined;
  const at = bytes.readUInt16LE(0x20e) + 0x200;
  const text = bytes.toString('latin1', at, Math.min(bytes.length, at + 320)).split('\0', 1)[0] ?? '';
  return /^\d+\.\d+/.test(text) ? plainText(text, 320) : undefined;
}
