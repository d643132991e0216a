/** Which bytes of an artifact a request is after. */
export type WantedRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const whole: WantedRange = { kind: 'whole' };
const onePattern = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * Reads a Range header against a size of 1 byte or more. `end` is inclusive.
 * What is not understood is ignored, as RFC 9110 §14.2 asks: several ranges, other units and broken syntax give the whole.
 * @source RFC 9110 §14.1.2, §14.2
 */
export function wantedRange(header: string | undefined, sizeBytes: number): WantedRange {
  const match = onePattern.exec((header ?? '').replaceAll(' ', ''));
  if (!match) return whole;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return whole;
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return whole;
  if (start >= sizeBytes) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}

/** Whether an If-None-Match or If-Match list names the entity tag. @source RFC 9110 §13.1.1, §13.1.2 */
export function namesTag(list: string, tag: string, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true;
  return list.split(',').some((entry) => {
    const candidate = entry.trim();
    return candidate === tag || (comparison === 'weak' && candidate === `W/${tag}`);
  });
}
