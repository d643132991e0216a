import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { need, toolPath } from '../need.ts';

/** Where Debian puts each version, which is not in anybody's PATH. */
const debian = '/usr/lib/postgresql';

/** The folder of the newest PostgreSQL; undefined, and loudly so, when there is none. */
export function postgresPrograms(tests: string): string | undefined {
  const newest = versions()
    .map((version) => join(debian, String(version), 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
  if (newest !== undefined || !need(tests, ['initdb'])) return newest;
  const found = toolPath().find((folder) => existsSync(join(folder, 'initdb')));
  return found && dirname(realpathSync(join(found, 'initdb')));
}

function versions(): readonly number[] {
  if (!existsSync(debian)) return [];
  return readdirSync(debian)
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => b - a);
}
