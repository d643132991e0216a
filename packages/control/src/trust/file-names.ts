import { namePattern, type RoleName } from '@fettle/model';

/** A metadata file as clients ask for it. */
export interface NamedFile {
  readonly role: RoleName;
  /** Undefined for the newest: clients ask for it of the timestamp alone. */
  readonly version: number | undefined;
}

const versioned = new RegExp(`^([1-9][0-9]{0,14})\\.(${namePattern.slice(1, -1)})\\.json$`);

/**
 * Reads the name of a file on the wire: `timestamp.json`, or `VERSION.ROLE.json`.
 * @returns undefined for what names no file
 * @source TUF 1.0.34 §7 (consistent snapshots)
 */
export function readFileName(name: string): NamedFile | undefined {
  if (name === 'timestamp.json') return { role: 'timestamp', version: undefined };
  const [, version, role] = versioned.exec(name) ?? [];
  if (version === undefined || role === undefined) return undefined;
  return { role: role as RoleName, version: Number(version) };
}
