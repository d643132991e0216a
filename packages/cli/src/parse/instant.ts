import { FettleError, firstInstantAt, isZone } from '@fettle/model';

/**
 * Reads a time: RFC 3339 (`2026-12-01T02:00:00Z`), or what clocks of a zone show (`2026-12-01 02:00 Europe/Berlin`).
 * Of a time that clocks show twice it takes the first; one that they leave out is the end of the gap.
 * @returns milliseconds since 1970
 */
export function parseInstant(text: string, option: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))? ?(Z|[+-]\d\d:\d\d|[A-Za-z].*)$/.exec(
    text.trim(),
  );
  const [, date, time = '00:00', zone = ''] = match ?? [];
  const shown = Date.parse(`${date}T${time}Z`);
  // A day that does not exist would roll over into the next month.
  const exists = Number.isFinite(shown) && new Date(shown).toISOString().startsWith(date ?? '-');
  if (exists && /^(Z|[+-]\d\d:\d\d)$/.test(zone)) {
    const at = Date.parse(`${date}T${time}${zone}`);
    if (Number.isFinite(at)) return at;
  }
  if (exists && isZone(zone)) return firstInstantAt(zone, shown);
  const message = `expected a time such as 2026-12-01T02:00:00Z or "2026-12-01 02:00 Europe/Berlin", found "${text}".`;
  throw new FettleError('invalid-input', `${option}: ${message}`);
}
