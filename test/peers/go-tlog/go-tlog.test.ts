import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  cosignatureLine,
  edgeRoot,
  emptyEdge,
  emptyRoot,
  growTree,
  type Hash,
  leafHash,
  logKeyOf,
  proveConsistency,
  proveInclusion,
  readNote,
  signCheckpoint,
  tileHashReader,
  vkeyOf,
} from '@fettle/trust';
import { need } from '../need.ts';

const origin = 'fettle.example/audit/acme';
const sizes = [1, 2, 3, 255, 256, 257, 65_535, 65_536, 70_000];
const entryAt = (index: number) => Buffer.from(`{"sequence":${index + 1}}`);

interface Claim {
  readonly vKey: string;
  readonly checkpoint: string;
  readonly origin: string;
  readonly size: number;
  readonly oldSize: number;
  readonly index: number;
  readonly oldRoot: string;
  readonly entry: string;
  readonly inclusion: readonly string[];
  readonly consistency: readonly string[];
}

const sources = '/usr/share/gocode/src/golang.org/x/mod/sumdb/note/note.go';
const isHere = need('go-tlog', ['go', sources]);

describe('the Go project’s own log code as judge', { skip: !isHere }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-go-tlog-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const checker = join(folder, 'checker');
  const { privateKey } = generateKeyPairSync('ed25519');
  const leaves = Array.from({ length: 70_000 }, (_, i) => leafHash(entryAt(i)));

  const logs = new Map<number, ReturnType<typeof makeLog>>();
  function logOf(size: number) {
    const log = logs.get(size) ?? makeLog(size);
    logs.set(size, log);
    return log;
  }

  function makeLog(size: number) {
    const { edge, tiles } = growTree(emptyEdge, leaves.slice(0, size));
    const whole = new Map(tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.hashes]));
    const reader = tileHashReader(size, async ({ level, index }) => {
      return whole.get(`${level}/${index}`) ?? edge.levels[level] ?? [];
    });
    return { root: edgeRoot(edge), reader };
  }

  async function claim(size: number, oldSize: number, index: number): Promise<Claim> {
    const { root, reader } = logOf(size);
    const text = (hashes: readonly Hash[]) => hashes.map((hash) => Buffer.from(hash).toString('base64'));
    return {
      vKey: vkeyOf(logKeyOf(privateKey, origin)),
      checkpoint: signCheckpoint(privateKey, { origin, size, root }),
      origin,
      size,
      oldSize,
      index,
      oldRoot: text([logOf(oldSize).root])[0] ?? '',
      entry: entryAt(index).toString('base64'),
      inclusion: text(await proveInclusion(reader, index, size)),
      consistency: text(await proveConsistency(reader, oldSize, size)),
    };
  }

  function judge(claims: readonly Claim[]): string[] {
    const env = {
      ...process.env,
      HOME: folder,
      GOCACHE: join(folder, 'cache'),
      GO111MODULE: 'off',
      GOPATH: '/usr/share/gocode',
      GOFLAGS: '-buildvcs=false',
      GOPROXY: 'off',
    };
    const source = join(import.meta.dirname, 'checker.go');
    execFileSync('go', ['build', '-o', checker, source], { env, cwd: folder });
    const input = claims.map((one) => JSON.stringify(one)).join('\n');
    return execFileSync(checker, [], { input, encoding: 'utf8' }).trimEnd().split('\n');
  }

  test('it accepts our checkpoints, inclusion and consistency proofs at every size and sampled place', async () => {
    const claims: Claim[] = [];
    for (const size of sizes) {
      for (const old of sizes.filter((one) => one <= size)) claims.push(await claim(size, old, old - 1));
      claims.push(await claim(size, size, size >> 1));
    }
    assert.deepEqual(new Set(judge(claims)), new Set(['accepted']));
  });

  test('it rejects each of them when anything is altered, and so do we', async () => {
    const good = await claim(70_000, 61_234, 4_242);
    const other = Buffer.from(emptyRoot).toString('base64');
    const altered: [string, Partial<Claim>, RegExp][] = [
      ['entry', { entry: entryAt(4_243).toString('base64') }, /^inclusion/],
      ['index', { index: 4_243 }, /^inclusion/],
      ['a hash of the inclusion', { inclusion: [other, ...good.inclusion.slice(1)] }, /^inclusion/],
      ['a missing hash', { inclusion: good.inclusion.slice(1) }, /^inclusion/],
      ['the old root', { oldRoot: other }, /^consistency/],
      ['the old size', { oldSize: 61_235 }, /^consistency/],
      ['a hash of the consistency', { consistency: [...good.consistency.slice(1), other] }, /^consistency/],
      ['the size', { checkpoint: good.checkpoint.replace('\n70000\n', '\n70001\n') }, /^note/],
      ['the origin', { checkpoint: good.checkpoint.replace('acme\n', 'acmf\n') }, /^note/],
      ['the key', { vKey: vkeyOf(logKeyOf(generateKeyPairSync('ed25519').privateKey, origin)) }, /^note/],
    ];
    const verdicts = judge([good, ...altered.map(([, change]) => ({ ...good, ...change }))]);
    assert.equal(verdicts.shift(), 'accepted');
    for (const [i, [what, , expected]] of altered.entries()) assert.match(verdicts[i] ?? '', expected, what);
  });

  test('it passes over the cosignatures of witnesses', async () => {
    const good = await claim(257, 256, 0);
    const { privateKey: witness } = generateKeyPairSync('ed25519');
    const text = readNote(good.checkpoint)?.text ?? '';
    const line = cosignatureLine(witness, 'witness.example', { text, atSeconds: 1_700_000_000 });
    assert.deepEqual(judge([{ ...good, checkpoint: `${good.checkpoint}${line}\n` }]), ['accepted']);
  });
});
