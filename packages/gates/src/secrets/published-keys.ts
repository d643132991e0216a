import type { Found, View } from './detector.ts';

/** Windows of large files have this much more at either end. */
const besideBytes = 32_768;

interface PublishedSecrets {
  /** Whose tests they belong to. */
  readonly project: string;
  /** Where they are for good; anywhere else they are keys that everybody has. */
  readonly isAtHome: (view: View, found: Found) => boolean;
  /** Hex SHA-256 of keys and certificates in DER, or of the body of an encrypted key. */
  readonly sha256: readonly string[];
}

/** Keys and certificates that a project has published for its own tests, and that stand in its programs. */
const published: readonly PublishedSecrets[] = [
  {
    project: 'OpenSSL: keys of the program `openssl speed`',
    isAtHome: ({ path }) => /(?:^|\/)openssl[^/]*$/.test(path),
    sha256: [
      '25eec4ddd628fd5e72aa14ad2a894cb91272852bfcae48ac193656ba350f6e40',
      '32620d7d2ae52c11db7cc95e333e585c2552abe20da6bd5169c010fedfa4c73e',
      'bb6a6abd969e3ffb523c303fc951ee4ee56349d8f86f52d3386adae5cd4db004',
      '54da0df6070851127a23e00c2836e3dd2c6b3b78f650ce690442a0243fde31bd',
      'c069f7ebcd214901cd196cdfd4f785ffe3d646506217f790aee51576eef363de',
      'd5ad6f88cf914734f625ce2fb886c81e249e11a598554089f8bb4299d7ed681f',
      '171349923b709500bee59c838b58a8f8233feb55c62b6c660c31cf4ee284462f',
    ],
  },
  {
    project: 'GnuTLS: keys of its self-tests',
    isAtHome: ({ path }) => /(?:^|\/)libgnutls\.(?:a|so[.0-9]*)$/.test(path),
    sha256: [
      '60c323abe4854b03743005874156ef6e0343bc9c05c09a2a43335cdda19342b3',
      '995b8d5b08ac126a74f39d812fc8cce270d026093d810f366de923bb0fe47f60',
      '09416ba3e0782523c56225fb168cd58cda7796e938db1b53f79b6abbaed2bbc7',
      '7e38af7715bbb425a6aa8060b7c0af60aeb81d39975c55e83edcb9eae7a5e9f8',
      '458022ddcb5598b39253bc027eb02c4f3dba00e2bdbaef239a35bc91c9bd4f3a',
      '09f1c1a4680df80b9e8e6e587d3a787de7402a919e366426ad807a1c0f8c98c1',
      '2859ff03b44c8f0e4f96604b8cced325ef4d01ca935422b2041d88d8809f8fa1',
    ],
  },
  {
    project: 'Mbed TLS 2: keys and certificates of its self-tests',
    isAtHome: ({ path }) => /(?:^|\/)libmbed(?:x509|crypto|tls)\.(?:a|so[.0-9]*)$/.test(path),
    sha256: [],
  },
  {
    project: 'Linux: keys of the self-tests of its ciphers',
    // Kernels lie under any name, packed or not. The vectors of one file of source lie together in them.
    isAtHome: hasBothBeside('d71e77828c9231e76902a2d55c78dea2', 'db101ac2a3f1dcff136bed44dff0026d'),
    sha256: [
      '0c8ca6c33a0a1f647fecfd77acc40f390b6213aacd61b5ce741e579f7cfd39af',
      'd7a2ac395c1b85ddd188fc0223da17981b43099386e5bcc6da74cd5f152aaa2f',
    ],
  },
];

const byDigest = new Map(published.flatMap((each) => each.sha256.map((sha256) => [sha256, each] as const)));

/** Whether it is a test's own key or certificate, in a program that it belongs to. */
export function isHarmless(sha256: string, view: View, found: Found): boolean {
  return byDigest.get(sha256)?.isAtHome(view, found) === true;
}

/** Whether both of two test vectors lie beside what was found; one alone has been copied from somewhere. */
function hasBothBeside(...vectors: readonly [hex: string, hex: string]): PublishedSecrets['isAtHome'] {
  const wanted = vectors.map((hex) => Buffer.from(hex, 'hex'));
  return ({ bytes }, { at, end }) => {
    const beside = bytes.subarray(Math.max(0, at - besideBytes), end + besideBytes);
    return wanted.every((vector) => beside.includes(vector));
  };
}
