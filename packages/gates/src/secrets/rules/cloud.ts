import { type Detector, rulesOf } from '../detector.ts';
import { entropyOf, isPlaceholder, looksRandom } from '../plausible.ts';

export const cloudRules = rulesOf({
  'aws-access-key': { severity: 'high', why: 'The id of an access key of AWS: its secret is seldom far.' },
  'aws-secret-key': { severity: 'critical', why: 'Whoever has the image can act in the AWS account with this key.' },
  'azure-storage-key': { severity: 'critical', why: 'The key of a storage account opens all that lies in it.' },
  'azure-shared-access-key': {
    severity: 'critical',
    why: 'The key of an IoT hub or service bus: who has it plays devices, or all of them.',
  },
  'azure-shared-access-signature': { severity: 'high', why: 'A signed address opens what it names until it expires.' },
  'docker-registry-login': {
    severity: 'critical',
    why: 'The login of a registry: user and password, only wrapped in base64.',
  },
  jwt: { severity: 'medium', why: 'Whoever has the image can show this token until it expires.' },
});

const awsId = /^(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9+/_])/;

const awsAccessKey: Detector = {
  literals: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
  inUtf16: true,
  read: ({ bytes }, at) => {
    const secret = awsId.exec(bytes.toString('latin1', at, at + 24))?.[0];
    if (secret === undefined || !looksRandom(secret)) return undefined;
    if (at > 0 && /[A-Za-z0-9+/_]/.test(bytes.toString('latin1', at - 1, at))) return undefined;
    return { rule: cloudRules['aws-access-key'], at, end: at + secret.length, secret };
  },
};

/** A name that says so, and 40 characters of base64 behind it. */
const awsSecretKey: Detector = {
  literals: [
    'aws_secret_access_key',
    'AWS_SECRET_ACCESS_KEY',
    'aws_secret_key',
    'AWS_SECRET_KEY',
    'ecretAccessKey',
    'ecret_access_key',
  ],
  inUtf16: true,
  read: ({ bytes }, at) => {
    const text = bytes.toString('latin1', at, at + 120);
    const match = /^[A-Za-z_]{10,24}["']?\s{0,4}(?:=>|[:=])\s{0,4}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/.exec(
      text,
    );
    const secret = match?.[1];
    if (match === null || secret === undefined || entropyOf(secret) < 4 || isPlaceholder(secret)) return undefined;
    const end = at + match[0].length;
    return { rule: cloudRules['aws-secret-key'], at: end - secret.length, end, secret };
  },
};

const azureStorage: Detector = {
  literals: ['AccountKey='],
  inUtf16: true,
  read: ({ bytes }, at) => {
    const secret = /^AccountKey=([A-Za-z0-9+/]{86}==)/.exec(bytes.toString('latin1', at, at + 110))?.[1];
    // The key of Azure's storage emulator is printed in its manual.
    if (secret === undefined || secret.startsWith('Eby8vdM02xNO') || entropyOf(secret) < 4.5) return undefined;
    return { rule: cloudRules['azure-storage-key'], at: at + 11, end: at + 11 + secret.length, secret };
  },
};

const azureShared: Detector = {
  literals: ['SharedAccessKey='],
  inUtf16: true,
  read: ({ bytes }, at) => {
    const secret = /^SharedAccessKey=([A-Za-z0-9+/]{42,86}={1,2})/.exec(bytes.toString('latin1', at, at + 120))?.[1];
    if (secret === undefined || entropyOf(secret) < 4 || isPlaceholder(secret)) return undefined;
    return { rule: cloudRules['azure-shared-access-key'], at: at + 16, end: at + 16 + secret.length, secret };
  },
};

const azureSignature: Detector = {
  literals: ['SharedAccessSignature '],
  inUtf16: true,
  read: ({ bytes }, at) => {
    const text = bytes.toString('latin1', at, at + 500);
    const secret = /^SharedAccessSignature [^\s"'<>]{0,300}?sig=([A-Za-z0-9%+/]{40,100}(?:=|%3D)?)/i.exec(text)?.[1];
    if (secret === undefined || entropyOf(secret) < 4 || isPlaceholder(secret)) return undefined;
    return { rule: cloudRules['azure-shared-access-signature'], at, end: at + 100, secret };
  },
};

/** `"auth": "base64 of user:password"`, next to `auths` or in Docker's own file. */
const dockerLogin: Detector = {
  literals: ['"auth"'],
  inUtf16: false,
  read: ({ bytes, path }, at) => {
    const match = /^"auth"\s{0,4}:\s{0,4}"([A-Za-z0-9+/]{8,2000}={0,2})"/.exec(
      bytes.toString('latin1', at, at + 2_048),
    );
    const secret = match?.[1];
    if (match === null || secret === undefined) return undefined;
    const before = bytes.toString('latin1', Math.max(0, at - 1_000), at);
    if (
      !before.includes('"auths"') &&
      !/(?:^|\/)(?:config\.json|\.dockercfg|auth\.json|\.dockerconfigjson)$/.test(path)
    )
      return undefined;
    const login = Buffer.from(secret, 'base64').toString('latin1');
    const password = /^[\x21-\x7e]{1,200}?:([\x20-\x7e]{1,1500})$/.exec(login)?.[1];
    if (password === undefined || isPlaceholder(password)) return undefined;
    const end = at + match[0].length - 1;
    return { rule: cloudRules['docker-registry-login'], at: end - secret.length, end, secret };
  },
};

/** Three parts, of which the first two are JSON objects, the head names an algorithm, and there is a signature. RFC 7519 §3. */
const jwt: Detector = {
  literals: [
    'eyJhbGci',
    'eyJ0eXAi',
    'eyJraWQi',
    'eyJqa3Ui',
    'eyJ4NXQi',
    'eyJhbGciO',
    'eyJ4NWMi',
    'eyJjdHki',
    'eyAiYWxn',
    'eyAidHlw',
  ],
  inUtf16: true,
  read: ({ bytes, placeKind }, at) => {
    if (placeKind === 'documentation') return undefined;
    if (at > 0 && /[A-Za-z0-9_-]/.test(bytes.toString('latin1', at - 1, at)) && bytes[at - 2] !== 0x5c)
      return undefined;
    const text = bytes.toString('latin1', at, at + 8_192);
    const secret = /^[A-Za-z0-9_-]{16,2000}\.[A-Za-z0-9_-]{8,5000}\.[A-Za-z0-9_-]{40,1000}/.exec(text)?.[0];
    const [head, claims, signature] = secret?.split('.') ?? [];
    if (secret === undefined || head === undefined || claims === undefined || signature === undefined) return undefined;
    const headObject = objectIn(head);
    const claimsObject = objectIn(claims);
    const algorithm = headObject === undefined ? undefined : Reflect.get(headObject, 'alg');
    if (claimsObject === undefined || typeof algorithm !== 'string' || algorithm === 'none') return undefined;
    if (entropyOf(signature) < 3.5 || knownExamples.has(signature)) return undefined;
    return { rule: cloudRules.jwt, at, end: at + secret.length, secret, note: `signed with ${algorithm.slice(0, 12)}` };
  },
};

// The signatures of the tokens in RFC 7515 §A.1 and on the front page of jwt.io.
const knownExamples = new Set([
  'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  'SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
  'TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ',
]);

function objectIn(base64: string): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export const cloudDetectors: readonly Detector[] = [
  awsAccessKey,
  awsSecretKey,
  azureStorage,
  azureShared,
  azureSignature,
  dockerLogin,
  jwt,
];
