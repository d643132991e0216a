import { FettleError, type Instant } from '@fettle/model';

/** RFC 3339, as instants look on the wire. */
export function instantText(instant: Instant): string {
  return new Date(instant).toISOString();
}

export function instantOrNull(instant: Instant | null): string | null {
  return instant === null ? null : instantText(instant);
}

const latest = 8_640_000_000_000_000;

/** @throws FettleError `invalid-input` when the text is no instant that can be */
export function readInstant(text: string, field: string): Instant {
  const instant = Date.parse(text);
  if (Number.isFinite(instant) && Math.abs(instant) <= latest) return instant;
  throw new FettleError('invalid-input', `${field} must be an RFC 3339 instant, e.g. 2030-01-31T00:00:00Z.`);
}
