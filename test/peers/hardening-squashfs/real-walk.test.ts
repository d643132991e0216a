import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { GateReport } from '@fettle/gates';
import { beginContents, beginHardening } from '@fettle/gates/run';
import type { Visitor } from '@fettle/images';
import { memoryScratch, walkImage } from '@fettle/images/walk';
import { contextOf } from '../../../packages/gates/test/hardening/fake-tree.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { run } from '../uboot/fw-tools.ts';

const folder = workFolder();

/** A root file system by mksquashfs, with what files it has beside the shell of this system. */
function makeRoot(name: string, files: Readonly<Record<string, readonly [number, string]>>): Buffer {
  const root = join(folder.path, name);
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync('/bin/sh', join(root, 'bin/sh'));
  for (const [path, [mode, text]] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  }
  const image = join(folder.path, `${name}.squashfs`);
  run('mksquashfs', [root, image, '-comp', 'xz', '-all-root', '-no-progress', '-quiet']);
  return readFileSync(image);
}

async function check(artifact: Buffer, previous?: GateReport['facts']): Promise<GateReport[]> {
  const context = contextOf(artifact);
  const gates = [beginContents(context), beginHardening(context, { previous })];
  const visitor: Visitor = {
    layer: async (layer) => {
      for (const gate of gates) await gate.layer?.(layer);
    },
    entry: async (entry) => {
      for (const gate of gates) await gate.entry?.(entry);
    },
    file: async (file) => {
      for (const gate of gates) await gate.file?.(file);
    },
  };
  const walk = await walkImage(context.source, visitor, { scratch: memoryScratch(268_435_456) });
  return Promise.all(gates.map((gate) => gate.end(walk)));
}

const passwd = 'root:x:0:0::/root:/bin/sh\n';
const plain = { 'etc/passwd': [0o644, passwd], 'etc/shadow': [0o600, 'root:*::::::\n'] } as const;

if (need('hardening of a squashfs', ['mksquashfs'])) {
  test('a root file system passes, its next version with weak things does not', async () => {
    const [contents, hardening] = await check(makeRoot('first', plain));
    assert.deepEqual([contents?.verdict, hardening?.verdict], ['pass', 'pass']);
    assert.equal(hardening?.facts.programs, 1);
    const lines = Buffer.from(contents?.documents[0]?.bytes ?? []).toString();
    assert.match(lines, /\{"place":"etc\/shadow","kind":"file","sizeBytes":13,"sha256":"[0-9a-f]{64}","mode":"0600"/);
    const next = makeRoot('next', {
      ...plain,
      'etc/shadow': [0o600, 'root:::::::\n'],
      'bin/helper': [0o4755, '#!/bin/sh\n'],
      'etc/inittab': [0o644, 'ttyS0::respawn:/bin/sh\n'],
    });
    const [, worse] = await check(next, hardening?.facts);
    const grave = worse?.findings.filter(({ severity }) => severity === 'high').map(({ rule, place }) => [rule, place]);
    assert.deepEqual(grave, [
      ['new-login-without-password', ''],
      ['new-open-console', ''],
      ['new-set-user-id', ''],
      ['open-console', 'etc/inittab'],
      ['login-without-password', 'etc/shadow'],
    ]);
    assert.equal(worse?.verdict, 'fail');
  });

  test('bytes that are only an ELF program are looked at, too', async () => {
    const [contents, hardening] = await check(readFileSync('/bin/sh'));
    assert.equal(contents?.facts.format, 'elf');
    assert.equal(hardening?.facts.programs, 1);
  });

  test('a root file system with changed bytes ends in a verdict', async () => {
    const image = makeRoot('changed', plain);
    for (let at = 96; at < image.length; at += Math.ceil(image.length / 40)) {
      const copy = Buffer.from(image);
      for (let more = 0; more < 250 && at + more < copy.length; more += 1)
        copy[at + more] = (copy[at + more] ?? 0) ^ 0x55;
      for (const { verdict } of await check(copy)) assert.match(verdict, /^(?:pass|fail|inconclusive)$/);
    }
  });
}
