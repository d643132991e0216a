import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Maker } from './kinds.ts';

/** Private keys of every form, made by the programs that people make them with. */
export const keyMakers: readonly Maker[] = [
  pem('rsa-pkcs8', ({ run }) => run('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'])),
  pem('rsa-pkcs1', ({ run }) => run('openssl', ['genrsa', '-traditional', '2048'])),
  pem('ec-sec1', ({ run }) => run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout'])),
  pem('ec-pkcs8', ({ run }) => run('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'])),
  pem('ed25519-pkcs8', ({ run }) => run('openssl', ['genpkey', '-algorithm', 'ED25519'])),
  pem('x25519-pkcs8', ({ run }) => run('openssl', ['genpkey', '-algorithm', 'X25519'])),
  {
    kind: 'encrypted-pkcs8',
    rules: ['private-key-encrypted'],
    make: ({ run }) =>
      run('openssl', ['genpkey', '-algorithm', 'ED25519', '-aes-256-cbc', '-pass', 'pass:correct horse']),
  },
  {
    kind: 'encrypted-traditional',
    rules: ['private-key-encrypted'],
    make: ({ run }) => run('openssl', ['genrsa', '-traditional', '-aes128', '-passout', 'pass:correct horse', '2048']),
  },
  der('der-rsa-pkcs8', () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'der', type: 'pkcs8' }),
  ),
  der('der-rsa-pkcs1', () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'der', type: 'pkcs1' }),
  ),
  der('der-ec-sec1', () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'der', type: 'sec1' }),
  ),
  der('der-ec-pkcs8', () =>
    generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey.export({ format: 'der', type: 'pkcs8' }),
  ),
  der('der-ed25519', () => generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' })),
  ssh('openssh-ed25519', 'ssh-private-key', ['-t', 'ed25519', '-N', '']),
  ssh('openssh-rsa', 'ssh-private-key', ['-t', 'rsa', '-b', '2048', '-N', '']),
  ssh('openssh-encrypted', 'private-key-encrypted', ['-t', 'ed25519', '-N', 'correct horse']),
  {
    ...ssh('ssh-host-key', 'ssh-host-key', ['-t', 'ecdsa', '-N', '']),
    path: 'etc/ssh/ssh_host_ecdsa_key',
    shapes: ['plain'],
  },
  { kind: 'putty', rules: ['putty-private-key'], isText: true, make: putty },
  { kind: 'pgp', rules: ['pgp-private-key'], make: pgp },
  { kind: 'pkcs12', rules: ['keystore-pkcs12'], isText: false, make: pkcs12 },
  { kind: 'gcp-service-account', rules: ['gcp-service-account'], make: serviceAccount },
  { kind: 'test-ca-pem', rules: ['test-ca'], make: (bench) => certificate(bench, 'PEM') },
  { kind: 'test-ca-der', rules: ['test-ca'], isText: false, make: (bench) => certificate(bench, 'DER') },
];

function pem(kind: string, make: Maker['make']): Maker {
  return { kind, rules: ['private-key-pem'], make };
}

function der(kind: string, make: () => Buffer): Maker {
  return { kind, rules: ['private-key-der'], isText: false, make };
}

function ssh(kind: string, rule: string, args: readonly string[]): Maker {
  return {
    kind,
    rules: [rule],
    make: ({ run, folder }) =>
      inFolder(folder, (path) => {
        run('ssh-keygen', [...args, '-q', '-C', 'somebody', '-f', join(path, 'key')]);
        return readFileSync(join(path, 'key'));
      }),
  };
}

function putty({ run, folder, random }: Bench): Buffer {
  return inFolder(folder, (path) => {
    writeFileSync(join(path, 'empty'), '');
    const version = random.pick(['2', '3']);
    const passphrase = ['--new-passphrase', join(path, 'empty'), '--ppk-param', `version=${version}`];
    run('puttygen', ['-t', 'ed25519', '-O', 'private', '-o', join(path, 'key.ppk'), ...passphrase]);
    return readFileSync(join(path, 'key.ppk'));
  });
}

function pgp({ run, folder }: Bench): Buffer {
  return inFolder(folder, (path) => {
    const home = ['--homedir', path, '--batch', '--passphrase', '', '--pinentry-mode', 'loopback', '--no-tty'];
    try {
      run('gpg', [...home, '--quick-generate-key', 'Somebody <somebody@fettle.test>', 'ed25519', 'sign', 'never']);
      return run('gpg', [...home, '--armor', '--export-secret-keys']);
    } finally {
      run('gpgconf', ['--homedir', path, '--kill', 'all']);
    }
  });
}

function pkcs12({ run, folder }: Bench): Buffer {
  return inFolder(folder, (path) => {
    const [key, certificateFile] = [join(path, 'key.pem'), join(path, 'certificate.pem')];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    run('openssl', [...request, '-subj', '/CN=gateway', '-keyout', key, '-out', certificateFile]);
    return run('openssl', ['pkcs12', '-export', '-inkey', key, '-in', certificateFile, '-passout', 'pass:changeit']);
  });
}

function certificate({ run, folder, random }: Bench, form: 'PEM' | 'DER'): Buffer {
  const name = random.pick(['Test CA', 'Development Root CA', 'Acme Staging CA', 'Example Provisioning CA']);
  return inFolder(folder, (path) => {
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    return run('openssl', [
      ...request,
      '-subj',
      `/O=Widgets/CN=${name}`,
      '-keyout',
      join(path, 'key'),
      '-outform',
      form,
    ]);
  });
}

function serviceAccount(): Buffer {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const account = {
    type: 'service_account',
    project_id: 'widgets',
    private_key_id: '0f9a',
    private_key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    client_email: 'publisher@widgets.iam.gserviceaccount.com',
  };
  return Buffer.from(JSON.stringify(account, null, 2));
}

function inFolder(parent: string, make: (path: string) => Buffer): Buffer {
  const path = mkdtempSync(join(parent, 'key-'));
  try {
    return make(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
