import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { beginSecrets } from '@fettle/gates/run';
import { bytesSource } from '@fettle/images';
import { memoryScratch, walkImage } from '@fettle/images/walk';
import { need, toolPath } from '../need.ts';
import { type Planted, plantSecrets, plantTools } from './plant.ts';
import { run } from './run.ts';
import { context } from './walked.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-secrets-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const tree = join(folder, 'tree');
const image = join(folder, 'image');
const inShell = (command: string) => run('sh', ['-c', `PATH=${toolPath().join(':')}; ${command}`]);
// Each makes `image` out of `tree`.
const forms: Readonly<Record<string, string>> = {
  'squashfs with xz': `mksquashfs ${tree} ${image} -comp xz -noappend -quiet -no-progress`,
  'squashfs with zstd': `mksquashfs ${tree} ${image} -comp zstd -noappend -quiet -no-progress`,
  ext4: `mkfs.ext4 -q -F -d ${tree} ${image} 64M`,
  'cpio with gzip': `cd ${tree} && find . | cpio -o -H newc --quiet | gzip > ${image}`,
  tar: `tar -C ${tree} -cf ${image} .`,
};

describe('secrets in images', {
  skip: !need('secrets-corpus', [...plantTools, 'mksquashfs', 'mkfs.ext4', 'cpio', 'tar']),
}, () => {
  const planted = plantSecrets({ seed: 7, count: 132, folder });
  for (const { path, bytes } of planted) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), bytes);
  }

  for (const [form, command] of Object.entries(forms)) {
    test(`are found in ${form}, 98 in 100 of them`, async (t) => {
      rmSync(image, { force: true });
      inShell(command);
      const found = await rulesByPlace(readFileSync(image));
      const missed = planted.filter((one) => !isFound(one, found));
      for (const { kind, shape, path } of missed) t.diagnostic(`missed: ${kind} as ${shape} in ${path}`);
      t.diagnostic(`${planted.length - missed.length} of ${planted.length} found`);
      assert.ok(missed.length <= planted.length * 0.02, `Expected at most 2 % missed, found ${missed.length}.`);
    });
  }
});

async function rulesByPlace(bytes: Buffer): Promise<readonly { readonly place: string; readonly rule: string }[]> {
  const collector = beginSecrets(context);
  const walk = await walkImage(bytesSource(bytes), collector, { scratch: memoryScratch(268_435_456) });
  assert.deepEqual(walk.problems, []);
  const { findings } = await collector.end(walk);
  return findings;
}

function isFound(one: Planted, found: readonly { readonly place: string; readonly rule: string }[]): boolean {
  return found.some(({ place, rule }) => place.endsWith(one.path) && one.rules.includes(rule));
}
