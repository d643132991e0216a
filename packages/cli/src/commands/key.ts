import { resolve } from 'node:path';
import type { Command } from 'commander';
import { facts } from '../output/table.ts';
import { createKeyFile, defaultKeyFile, publicKeyFile, readPublicHalf } from '../publish/key-file.ts';
import { addCommand, addNoun, type Shell } from '../shell.ts';

/** `fettle key`: the release key, which never leaves this machine. */
export function addKeyCommands(program: Command, shell: Shell): void {
  const key = addNoun(program, 'key', 'the key that signs your releases');
  addCommand<{ out?: string }>(key, shell, {
    usage: 'create',
    summary: 'make an Ed25519 key pair: FILE (mode 0600) and FILE.pub',
    options: (command) => command.option('--out <file>', 'where to write it (default: your settings folder)'),
    run: async (context, options) => {
      const file = resolve(options.out ?? defaultKeyFile(context.io.env));
      const { signer } = await createKeyFile(file);
      const made = { keyId: signer.keyId, keyFile: file, publicKeyFile: publicKeyFile(file) };
      context.say(made, (style) =>
        facts([
          ['key', style.strong(made.keyId)],
          ['private', `${made.keyFile} (keep it safe: whoever has it can sign releases)`],
          ['public', made.publicKeyFile],
        ]),
      );
      context.note(`next: fettle fleet key add ${made.publicKeyFile}`);
      return undefined;
    },
  });
  addCommand<{ key?: string }>(key, shell, {
    usage: 'show',
    summary: 'show the id and the public half of a key file',
    options: (command) => command.option('--key <file>', 'key file (default: the one in your settings folder)'),
    run: async (context, options) => {
      const file = resolve(options.key ?? defaultKeyFile(context.io.env));
      const half = await readPublicHalf(file);
      context.say({ ...half, keyFile: file }, (style) => `${style.strong(half.keyId)}\n${half.publicKeyPem.trimEnd()}`);
      return undefined;
    },
  });
}
