import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrustChangeView } from '@fettle/api';
import { type Desk, openDesk, type Typed, until } from './cli-support.ts';

/** A desk with a real server, its signer, and key files of the people of a ceremony. */
export interface CeremonyDesk {
  readonly desk: Desk;
  readonly url: string;
  /** Types a command that has to succeed; `$key` stands for the file of a key. */
  ok(line: string): Promise<Typed>;
  /** Types a command that has to fail with this exit code. */
  refused(exit: number, line: string): Promise<Typed>;
  ask(line: string): Promise<unknown>;
  /** The change that a command staged. */
  stage(line: string): Promise<TrustChangeView>;
  /** Signs with each key, and publishes. */
  finish(change: TrustChangeView, keys: readonly string[], force?: string): Promise<void>;
  /** Makes a key file. */
  key(name: string, algorithm?: string): Promise<void>;
  /** A file to be published. */
  firmware(name: string, text: string): Promise<string>;
}

export async function openCeremonyDesk(): Promise<CeremonyDesk> {
  const desk = await openDesk();
  let url = '';
  const server = desk.start('serve', '--data-dir', join(desk.folder, 'data'), '--http-port', '0');
  await until('the server is ready', () => {
    assert.equal(server.child.exitCode, null, server.said());
    url = /"url":"(http:[^"]+)".*"msg":"ready"/.exec(server.said())?.[1] ?? '';
    return url !== '';
  });
  const words = (line: string) => wordsOf(line, desk.folder);
  const opened: CeremonyDesk = {
    desk,
    url,
    async ok(line) {
      const typed = await desk.type(...words(line));
      assert.equal(typed.exit, 0, `fettle ${line}\n${typed.out}${typed.err}`);
      return typed;
    },
    async refused(exit, line) {
      const typed = await desk.type(...words(line));
      assert.equal(typed.exit, exit, `fettle ${line}\n${typed.out}${typed.err}`);
      assert.match(typed.err, /run: {3}\S/, 'every refusal ends with what to type next');
      return typed;
    },
    ask: (line) => desk.ask(...words(line)),
    stage: async (line) => (await opened.ask(line)) as TrustChangeView,
    async finish({ id }, keys, force = '') {
      for (const key of keys) await opened.ok(`root sign ${id} --key $${key} --meaning agreed`);
      await opened.ok(`root publish ${id} ${force}`);
    },
    key: async (name, algorithm = 'ed25519') => {
      await opened.ok(`key create --out $${name} --algorithm ${algorithm}`);
    },
    async firmware(name, text) {
      const file = join(desk.folder, name);
      await writeFile(file, Buffer.alloc(50_000, text));
      return file;
    },
  };
  await opened.ok(`login --server ${url} --token-file $data/admin.token --wait 10s`);
  return opened;
}

/** Splits a line at spaces outside quotation marks; `$name` is a file in the desk's folder. */
export function wordsOf(line: string, folder: string): string[] {
  const found = line.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return found.map((word) => word.replace(/^(['"])(.*)\1$/, '$2').replace(/^\$/, `${folder}/`));
}

/** Both repositories, made by three officers each, of whom two sign; the fleet is delegated to a key of its own. */
export async function beginTrust(at: CeremonyDesk, fleet: string): Promise<void> {
  const officers = ['ann', 'bob', 'cid'];
  const others = ['dee', 'eve', 'fay'];
  for (const name of [...officers, ...others, 'team']) await at.key(name);
  const pubs = (names: readonly string[]) => names.map((name) => `--officer $${name}.pub`).join(' ');
  await at.finish(await at.stage(`root init --repository image ${pubs(officers)} --threshold 2`), ['ann', 'bob']);
  await at.finish(await at.stage(`root init --repository director ${pubs(others)} --threshold 2`), ['dee', 'fay']);
  await at.finish(await at.stage(`root delegate ${fleet} --key $team.pub`), ['ann', 'cid']);
}
