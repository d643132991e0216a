import { hardeningLimits } from '../settings.ts';

const pemStart = Buffer.from('-----BEGIN CERTIFICATE-----');
const pemEnd = Buffer.from('-----END CERTIFICATE-----');
/** `[0] { INTEGER 2 }`: what the inner SEQUENCE of every certificate of version 3 begins with. */
const derAnchor = Buffer.from('a003020102', 'hex');
/** Bytes before it: two SEQUENCEs, whose lengths take two bytes or one. */
const anchorsAt = [8, 7, 6] as const;
const sequence = 0x30;
const leastDerBytes = 128;

export interface CertificateBytes {
  readonly offset: number;
  readonly isPem: boolean;
  /** DER, or the PEM text. */
  readonly bytes: Buffer;
}

/**
 * Finds what may be certificates in bytes of any kind: PEM, and DER of version 3; of version 1 where it is all there is.
 * @param window bytes of a file; one that is cut off at its end is not found
 * @source RFC 7468 §5; RFC 5280 §4.1
 */
export function* findCertificates(window: Buffer): Generator<CertificateBytes> {
  yield* findPem(window);
  // Version 1 says nothing of itself: it is known only where the file is nothing else.
  const whole = certificateAt(window, 0);
  if (whole && whole.length === window.length && !whole.subarray(0, 13).includes(derAnchor)) {
    yield { offset: 0, isPem: false, bytes: whole };
  }
  for (let at = window.indexOf(derAnchor); at >= 0; at = window.indexOf(derAnchor, at + 1)) {
    for (const before of anchorsAt) {
      const bytes = certificateAt(window, at - before, before);
      if (bytes) yield { offset: at - before, isPem: false, bytes };
    }
  }
}

/** Goes over the bytes once, however many starts or ends there are: the last start before an end counts. */
function* findPem(window: Buffer): Generator<CertificateBytes> {
  let end = -1;
  for (let at = window.indexOf(pemStart); at >= 0; ) {
    const next = window.indexOf(pemStart, at + pemStart.length);
    if (end < at) end = window.indexOf(pemEnd, at);
    if (end < 0) return;
    const length = end + pemEnd.length - at;
    if ((next < 0 || end < next) && length <= hardeningLimits.certificateBytes) {
      yield { offset: at, isPem: true, bytes: window.subarray(at, at + length) };
    }
    at = next;
  }
}

/** Two SEQUENCEs, one in the other, the outer one all there; `headers`: how many bytes their tags and lengths take. */
function certificateAt(window: Buffer, at: number, headers?: number): Buffer | undefined {
  if (at < 0) return undefined;
  const outer = readSequence(window, at);
  const inner = outer && readSequence(window, outer.start);
  if (!inner || inner.end >= outer.end || outer.end > window.length) return undefined;
  if (headers !== undefined && inner.start - at !== headers) return undefined;
  return outer.end - at < leastDerBytes ? undefined : window.subarray(at, outer.end);
}

/** @source X.690 §8.1.3.5: the long form of one or two bytes */
function readSequence(window: Buffer, at: number): { readonly start: number; readonly end: number } | undefined {
  if (at + 4 > window.length || window[at] !== sequence) return undefined;
  if (window[at + 1] === 0x82) return { start: at + 4, end: at + 4 + window.readUInt16BE(at + 2) };
  if (window[at + 1] === 0x81) return { start: at + 3, end: at + 3 + window.readUInt8(at + 2) };
  return undefined;
}
