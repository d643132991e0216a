import { FettleError } from '@fettle/model';

/**
 * Reads a share such as `3%` or `0.03`.
 * @throws FettleError `invalid-input`
 */
export function parseShare(text: string): number {
  const share = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text === '' || text === '%' || !(share >= 0 && share <= 1)) {
    throw new FettleError('invalid-input', `Expected a share such as 3% or 0.03, found "${text}".`);
  }
  return share;
}
