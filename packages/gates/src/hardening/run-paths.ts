const writable = ['/tmp', '/var/tmp', '/dev/shm', '/run/user', '/home', '/mnt', '/media'] as const;

/**
 * Entries of RPATH and RUNPATH where somebody else than root may put a library: relative ones, which go by the folder
 * that a program is started in, and folders that everybody may write to or that nobody made.
 * @param paths as they stand in the file, with colons between their entries
 * @source ld.so(8)
 */
export function insecureRunPaths(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => path.split(':').slice(0, 256)).filter(isInsecure);
}

function isInsecure(entry: string): boolean {
  if (/^\$(?:ORIGIN|\{ORIGIN\}|LIB|\{LIB\})(?:\/|$)/.test(entry)) return false;
  if (!entry.startsWith('/')) return true;
  const plain = entry.replace(/\/+/g, '/');
  return writable.some((folder) => plain === folder || plain.startsWith(`${folder}/`));
}
