import { accessSync, constants, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WalkedFile } from '@fettle/images';
import { walkedFile } from './walked.ts';

// What Debian's packages own, and no one's home.
const roots = ['/usr/bin', '/usr/sbin', '/etc', '/usr/share', '/usr/lib'];
const wholeFileBytes = 33_554_432;

/** Regular files that the system has installed, in a fixed order, until they hold `atLeastBytes`; opened one by one. */
export function installedFiles(atLeastBytes: number): {
  readonly files: readonly (() => WalkedFile)[];
  readonly bytes: number;
} {
  const files: (() => WalkedFile)[] = [];
  let bytes = 0;
  const visit = (folder: string) => {
    for (const name of namesIn(folder)) {
      if (bytes >= atLeastBytes) return;
      const path = join(folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory()) visit(path);
      if (!stat?.isFile() || stat.size === 0 || !isReadable(path)) continue;
      bytes += stat.size;
      files.push(() => walkedFile(path.slice(1), readFileSync(path), { isLarge: stat.size > wholeFileBytes }));
    }
  };
  for (const root of roots) visit(root);
  return { files, bytes };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
