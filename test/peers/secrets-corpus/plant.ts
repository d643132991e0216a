import { type Bench, type Maker, type Shape, shapes } from './kinds.ts';
import { keyMakers } from './make-keys.ts';
import { settingsMakers } from './make-settings.ts';
import { tokenMakers } from './make-tokens.ts';
import { run } from './run.ts';
import { alphanumeric, type Seeded, seeded } from './seeded.ts';

/** A file with one secret in it. */
export interface Planted {
  readonly kind: string;
  readonly shape: Shape;
  /** One of these rules has to find it. */
  readonly rules: readonly string[];
  /** Unlike that of every other one. */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface PlantOptions {
  readonly seed: number;
  readonly count: number;
  /** For files that programs write while they make keys. */
  readonly folder: string;
}

export const makers: readonly Maker[] = [...keyMakers, ...tokenMakers, ...settingsMakers];
/** The programs that make keys. */
export const plantTools = ['openssl', 'ssh-keygen', 'puttygen', 'gpg'] as const;

/** Plants secrets of all kinds in turn, each in a shape that the seed chooses. The keys are new in every run. */
export function plantSecrets({ seed, count, folder }: PlantOptions): readonly Planted[] {
  const random = seeded(seed);
  const bench: Bench = { run, folder, random };
  return Array.from({ length: count }, (_, index) => {
    const maker = makers[index % makers.length];
    if (maker === undefined) throw new Error('Expected makers of secrets, found none.');
    const shape: Shape = random.pick<Shape>(maker.shapes ?? (maker.isText === false ? ['plain', 'binary'] : shapes));
    const secret = Buffer.from(maker.make(bench));
    const path = `part${index}/${maker.path ?? pathOf(shape, random)}`;
    return { kind: maker.kind, shape, rules: maker.rules, path, bytes: shaped(shape, secret, random) };
  });
}

function pathOf(shape: Shape, random: Seeded): string {
  const name = random.text(alphanumeric, 8);
  if (shape === 'binary') return random.pick([`lib/firmware/${name}.bin`, `usr/bin/${name}`, `opt/app/${name}.img`]);
  if (shape === 'wrapped') return `etc/cloud/${name}.yaml`;
  return random.pick([`etc/${name}.conf`, `opt/app/${name}.txt`, `home/app/${name}`, `usr/share/app/${name}.dat`]);
}

function shaped(shape: Shape, secret: Buffer, random: Seeded): Buffer {
  const text = () => secret.toString('latin1');
  switch (shape) {
    case 'plain':
      return secret;
    case 'text':
      return Buffer.from(`${lines(random)}\nvalue: ${text()}\n${lines(random)}`, 'latin1');
    case 'crlf':
      return Buffer.from(`${lines(random)}\n"${text()}"\n`.replaceAll(/\r?\n/g, '\r\n'), 'latin1');
    case 'source':
      return Buffer.from(
        `static const char key[] =\n  ${text()
          .trim()
          .split(/\r?\n/)
          .map((line) => `"${line}\\n"`)
          .join('\n  ')};\n`,
        'latin1',
      );
    case 'utf16':
      return utf16(`${lines(random)}\n${text()}\n`, random);
    case 'binary':
      return Buffer.concat([
        random.bytes(random.below(6_000)),
        Buffer.alloc(random.below(3)),
        bounded(secret),
        random.bytes(random.below(6_000)),
      ]);
    case 'wrapped':
      return Buffer.from(`secret: ${secret.toString('base64').replaceAll(/.{76}/g, '$&\n    ')}\n`, 'latin1');
  }
}

/** As a string constant lies in a program: between zeros. */
function bounded(secret: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(1), secret, Buffer.alloc(1)]);
}

function utf16(text: string, random: Seeded): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return random.next() < 0.5 ? bytes : bytes.swap16();
}

function lines(random: Seeded): string {
  const words = ['mount', 'the', 'sensor', 'near', 'an', 'inlet', 'value', 'of', 'three', 'valves', 'report', 'daily'];
  return Array.from({ length: 1 + random.below(30) }, () =>
    Array.from({ length: 8 }, () => random.pick(words)).join(' '),
  ).join('\n');
}
