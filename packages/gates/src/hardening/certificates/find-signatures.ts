/** `OBJECT IDENTIFIER id-signedData`. @source RFC 5652 §5.1 */
const signedData = Buffer.from('06092a864886f70d010702', 'hex');
const sequence = 0x30;

export interface Range {
  readonly start: number;
  /** After the last byte. */
  readonly end: number;
}

/** Programs of UEFI and Windows, Linux kernels that UEFI starts. @source PE format, MS-DOS stub */
export function isPortableExecutable(bytes: Uint8Array): boolean {
  return bytes[0] === 0x4d && bytes[1] === 0x5a;
}

/**
 * Where CMS signatures lie in bytes of any kind. The certificates in them are those of the signers: a signature with a
 * time stamp stays good after they end, and the firmware that starts such a program does not look at their end.
 * @param window bytes of a file; a signature that is cut off at its end reaches to it
 * @source RFC 5652 §3, §5.1; UEFI 2.10 §32.5.3.3 (times of certificates are not looked at)
 */
export function findSignatures(window: Buffer): readonly Range[] {
  const found: Range[] = [];
  for (let at = window.indexOf(signedData); at >= 0; at = window.indexOf(signedData, at + 1)) {
    const range = contentInfoBefore(window, at);
    if (range) found.push(range);
    if (found.length >= mostSignatures) break;
  }
  return found;
}

/** Programs have two or three. */
const mostSignatures = 64;

/** The SEQUENCE whose first member the object identifier is; its length takes two, three or one byte. */
function contentInfoBefore(window: Buffer, at: number): Range | undefined {
  for (const lengthBytes of [2, 3, 1]) {
    const start = at - 2 - lengthBytes;
    if (start < 0 || window[start] !== sequence || window[start + 1] !== (0x80 | lengthBytes)) continue;
    return { start, end: Math.min(window.length, at + window.readUIntBE(start + 2, lengthBytes)) };
  }
  return undefined;
}
