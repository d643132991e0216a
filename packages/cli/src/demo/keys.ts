import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FettleError } from '@fettle/model';
import type { Stage } from './stage.ts';

/** A key of the demo: how commands name it, and where its public half lies. */
export interface DemoKey {
  /** A file, or a locator in the token. */
  readonly place: string;
  readonly publicKeyFile: string;
}

/** Whose keys these are; the number is their id in a token. */
export const people = {
  ann: '01',
  bob: '02',
  cid: '03',
  dee: '04',
  eve: '05',
  fay: '06',
  team: '07',
  image: '08',
} as const;
export type Person = keyof typeof people;

export type DemoKeys = Readonly<Record<Person, DemoKey>>;

/** One of each kind that a token has signs for every role. */
const algorithms: Readonly<Record<Person, string>> = {
  ann: 'p256',
  bob: 'ed25519',
  cid: 'p256',
  dee: 'p256',
  eve: 'ed25519',
  fay: 'p256',
  team: 'p256',
  image: 'p256',
};

/**
 * Makes the keys of all people: files, or in the token those of the image repository, of the team and of images. A
 * director is of other people, who have not this token.
 */
export async function makeKeys(stage: Stage, token: string | undefined): Promise<DemoKeys> {
  const folder = join(stage.folder, 'keys');
  await mkdir(folder, { mode: 0o700 });
  const made = new Map<Person, DemoKey>();
  for (const person of Object.keys(people) as Person[]) {
    const isOfDirector = person === 'dee' || person === 'eve' || person === 'fay';
    const file = join(folder, `${person}.key`);
    const place = token === undefined || isOfDirector ? file : placeIn(token, person);
    await stage.ask(['key', 'create', '--out', place, ...(place === file ? [] : ['--algorithm', algorithms[person]])]);
    const publicKeyFile = `${file}.pub`;
    if (place !== file) await stage.ask(['key', 'show', place, '--out', publicKeyFile]);
    made.set(person, { place, publicKeyFile });
  }
  return Object.fromEntries(made) as DemoKeys;
}

/** The locator of a person's key in a token. @source RFC 7512 §2.3 */
function placeIn(token: string, person: Person): string {
  const query = token.indexOf('?');
  if (!token.startsWith('pkcs11:') || query < 0) {
    throw new FettleError('invalid-input', `--keys: expected pkcs11:token=NAME?module-path=…, found "${token}".`, {
      details: { next: 'read docs/signers.md, PKCS#11' },
    });
  }
  return `${token.slice(0, query)};object=demo-${person};id=%${people[person]}${token.slice(query)}`;
}
