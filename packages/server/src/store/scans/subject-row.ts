import type { ExpressionSubject } from '@fettle/control';
import type { DeviceRow } from '../schema.ts';

/** What an expression looks at of a row. */
export type SubjectRow = Pick<DeviceRow, 'id' | 'type' | 'fleet' | 'attributes' | 'tags' | 'current' | 'enrolled_at'>;

/** Texts of JSON kept read: of tags and of what runs, a fleet has few that differ. */
const mostKept = 2_000;
const kept = new Map<string, unknown>();

export function subjectOf(row: SubjectRow): ExpressionSubject {
  return {
    id: row.id,
    type: row.type,
    fleet: row.fleet,
    attributes: JSON.parse(row.attributes),
    tags: readOften(row.tags) as ExpressionSubject['tags'],
    current: readOften(row.current) as ExpressionSubject['current'],
    enrolledAt: row.enrolled_at,
  };
}

function readOften(json: string): unknown {
  const found = kept.get(json);
  if (found !== undefined) return found;
  const read: unknown = JSON.parse(json);
  if (kept.size >= mostKept) kept.clear();
  kept.set(json, read);
  return read;
}
