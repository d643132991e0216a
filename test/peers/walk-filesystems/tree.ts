import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { bytesSource, type WalkResult } from '@fettle/images';
import { memoryScratch, walkImage } from '@fettle/images/walk';
import { seededBytes } from '../../../packages/images/test/random.ts';
import { toolPath } from '../need.ts';

/** What a file system has to say of one name: kind, mode, owner, size, hash, target; as one line. */
export type Inventory = Map<string, string>;

/** A tree of files with everything that readers stumble over. */
export function makeTree(folder: string): string {
  const root = join(folder, 'tree');
  mkdirSync(join(root, 'etc/deep/er/still'), { recursive: true });
  writeFileSync(join(root, 'etc/shadow'), 'root:x:1:\n', { mode: 0o600 });
  writeFileSync(join(root, 'etc/empty'), '');
  writeFileSync(join(root, 'etc/deep/er/still/x'), seededBytes(3, 5_000));
  writeFileSync(join(root, 'inline'), seededBytes(9, 100));
  writeFileSync(join(root, 'program'), readFileSync(process.execPath).subarray(0, 3_000_001));
  writeFileSync(join(root, 'setuid'), 'x');
  chmodSync(join(root, 'setuid'), 0o4755);
  mkdirSync(join(root, 'private'), { mode: 0o700 });
  mkdirSync(join(root, 'many'));
  for (let index = 0; index < 400; index++)
    writeFileSync(join(root, `many/file-${index}`), `number ${index}\n`.repeat(index));
  writeFileSync(join(root, 'many', 'ä ö\n\t"quoted" ✓'), 'odd');
  writeFileSync(Buffer.concat([Buffer.from(`${root}/many/bad-`), Buffer.from([0xff, 0x80])]), 'bytes');
  writeFileSync(join(root, 'many', 'n'.repeat(255)), 'long');
  linkSync(join(root, 'program'), join(root, 'etc/same-program'));
  linkSync(join(root, 'etc/empty'), join(root, 'also-empty'));
  symlinkSync('../../../../outside', join(root, 'etc/out'));
  symlinkSync('/absolute', join(root, 'absolute'));
  symlinkSync('t'.repeat(200), join(root, 'far'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  const sparse = openSync(join(root, 'sparse'), 'w');
  ftruncateSync(sparse, 4_000_000);
  writeSync(sparse, 'in the middle', 1_500_000);
  closeSync(sparse);
  return root;
}

/** The inventory of a folder on this machine. */
export function inventoryOfFolder(root: string): Inventory {
  const found: Inventory = new Map();
  const hidden = Buffer.from([0xff, 0x80]);
  for (const name of readdirSync(root, { recursive: true, encoding: 'buffer' })) {
    const path = Buffer.concat([Buffer.from(`${root}/`), name]);
    const stat = lstatSync(path);
    const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'pipe';
    const hash = stat.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
    const target = stat.isSymbolicLink() ? readlinkSync(path) : '';
    const shown = name.includes(hidden) ? `${name.subarray(0, -2).toString()}\\xff\\x80` : name.toString();
    const size = stat.isFile() ? stat.size : 0;
    found.set(shown, lineOf({ kind, mode: stat.mode & 0o7777, owner: `${stat.uid}:${stat.gid}`, size, hash, target }));
  }
  return found;
}

interface Facts {
  readonly kind: string;
  readonly mode: number | null;
  readonly owner: string;
  readonly size: number;
  readonly hash: string;
  readonly target: string;
}

function lineOf({ kind, mode, owner, size, hash, target }: Facts): string {
  return [kind, kind === 'link' ? '' : (mode ?? 0).toString(8), owner, size, hash, target].join(' ');
}

export interface Walked {
  readonly inventory: Inventory;
  /** Places whose content was presented. */
  readonly presented: readonly string[];
  readonly layers: readonly string[];
  readonly result: WalkResult;
}

/** The inventory that a walk finds, of what begins with `place`. Hard links have the hash of the one that was presented. */
export async function inventoryOfWalk(bytes: Uint8Array, place = ''): Promise<Walked> {
  const facts = new Map<string, Facts>();
  const presented: string[] = [];
  const layers: string[] = [];
  const result = await walkImage(
    bytesSource(bytes),
    {
      layer: (layer) => void layers.push(`${layer.format} ${layer.place}`),
      entry: ({ layer, path, kind, mode, userId, groupId, sizeBytes, linkTarget }) => {
        if (layer.place !== place) return;
        const owner = `${userId}:${groupId}`;
        facts.set(path, { kind, mode, owner, size: sizeBytes, hash: '', target: linkTarget ?? '' });
      },
      file: ({ layer, path, sha256 }) => {
        const known = facts.get(path);
        if (layer.place !== place || !known) return;
        facts.set(path, { ...known, hash: sha256 });
        presented.push(path);
      },
    },
    { scratch: memoryScratch(256 * 1_048_576) },
  );
  facts.delete('lost+found');
  return { inventory: new Map([...facts].map(([path, one]) => [path, lineOf(one)])), presented, layers, result };
}

/** Gives names without content the hash of the tree: of hard links one only is presented. */
export function withHashes(found: Inventory, wanted: Inventory, presented: readonly string[]): Inventory {
  const shown = new Set(presented);
  const known = new Map([...wanted].map(([path, line]) => [path, line]));
  return new Map(
    [...found].map(([path, line]) => {
      const isBare = line.startsWith('file ') && !shown.has(path);
      return [path, isBare ? (known.get(path) ?? line) : line];
    }),
  );
}

/** Runs a program in a folder. */
export function runIn(folder: string, program: string, args: readonly string[]): Buffer {
  const env = { ...process.env, PATH: toolPath().join(':') };
  return execFileSync(program, args, {
    cwd: folder,
    env,
    maxBuffer: 256 * 1_048_576,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
