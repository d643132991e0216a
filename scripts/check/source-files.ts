import { readdirSync } from 'node:fs';
import { join } from 'node:path';

// The same as .gitignore says, told here again because a checkout without git must be checked alike.
const ignoredFolders = new Set(['node_modules', '.git', 'dist', '.build', '.demo']);
const ignoredFiles = /\.(?:tgz|log)$|^bench\/latest\.json$/;

/** Every file of the repository that a person wrote, as sorted paths from `root`. */
export function listFiles(root: string): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !ignoredFolders.has(entry.name)) walk(path);
      if (entry.isFile() && !ignoredFiles.test(path)) found.push(path);
    }
  };
  walk('');
  return found.sort();
}

/** The TypeScript files among them; generated ones too, as floors hold for those as well. */
export function listSourceFiles(root: string): string[] {
  return listFiles(root).filter((file) => /\.[cm]?tsx?$/.test(file) && !file.endsWith('.d.ts'));
}

/** Tests and what only tests use. */
export function isTestFile(file: string): boolean {
  return /\.test\.tsx?$/.test(file) || /^(?:packages\/[^/]+\/)?test\//.test(file);
}

/** The workspace package that a file belongs to, by folder name. */
export function packageOf(file: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(file)?.[1];
}
