import { createHmac } from 'node:crypto';
import type { Maker } from './kinds.ts';
import { alphanumeric, base64, base64url, hexDigits, letters, type Seeded } from './seeded.ts';

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const digits = '0123456789';
const tokenShapes = ['text', 'crlf', 'source', 'utf16', 'binary'] as const;

/** Tokens of the form that their makers give them, with random content. */
export const tokenMakers: readonly Maker[] = [
  token('aws-access-key', (r) => `AKIA${r.text(capitals, 16)}`),
  token('aws-secret-key', (r) => `aws_secret_access_key = ${r.text(base64, 40)}`),
  token(
    'azure-storage-key',
    (r) => `DefaultEndpointsProtocol=https;AccountName=widgets;AccountKey=${r.bytes(64).toString('base64')}`,
  ),
  token(
    'azure-shared-access-key',
    (r) => `HostName=widgets.azure-devices.net;DeviceId=d1;SharedAccessKey=${r.bytes(32).toString('base64')}`,
  ),
  token('github-token', (r) => `${r.pick(['ghp', 'gho', 'ghs'])}_${r.text(alphanumeric, 36)}`),
  token(
    'github-token',
    (r) => `github_pat_${r.text(alphanumeric, 22)}_${r.text(alphanumeric, 59)}`,
    'github-fine-grained',
  ),
  token('gitlab-token', (r) => `glpat-${r.text(base64url, 19)}${r.text(alphanumeric, 1)}`),
  token('npm-token', (r) => `npm_${r.text(alphanumeric, 36)}`),
  token('slack-token', (r) => `xoxb-${r.text(digits, 12)}-${r.text(digits, 12)}-${r.text(alphanumeric, 24)}`),
  token(
    'slack-webhook',
    (r) => `https://hooks.slack.com/services/T${id(r, 8)}/B${id(r, 10)}/${r.text(alphanumeric, 24)}`,
  ),
  token('stripe-key', (r) => `sk_live_${r.text(alphanumeric, 24)}`),
  token('vault-token', (r) => `hvs.${r.text(alphanumeric, 90)}`),
  token('google-api-key', (r) => `AIza${r.text(base64url, 34)}${r.text(alphanumeric, 1)}`),
  token('sendgrid-key', (r) => `SG.${r.text(base64url, 22)}.${r.text(base64url, 42)}${r.text(alphanumeric, 1)}`),
  token(
    'telegram-token',
    (r) => `bot ${1 + r.below(9)}${r.text(digits, 8)}:AA${r.text(base64url, 32)}${r.text(alphanumeric, 1)}`,
  ),
  token('twilio-key', (r) => `TWILIO_AUTH_TOKEN=${r.text(hexDigits, 32)}`),
  token('docker-token', (r) => `dckr_pat_${r.text(alphanumeric, 27)}`),
  token('pypi-token', (r) => `pypi-AgEIcHlwaS5vcmc${r.text(alphanumeric, 120)}`),
  token('digitalocean-token', (r) => `dop_v1_${r.text(hexDigits, 64)}`),
  token('huggingface-token', (r) => `hf_${r.text(letters, 34)}`),
  token('tailscale-key', (r) => `tskey-auth-k${r.text(alphanumeric, 12)}CNTRL-${r.text(alphanumeric, 32)}`),
  token('age-secret-key', (r) => `AGE-SECRET-KEY-1${r.text('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`),
  token('jwt', (r) => signedToken(r)),
];

function token(rule: string, text: (random: Seeded) => string, kind = rule): Maker {
  return { kind, rules: [rule], shapes: tokenShapes, make: ({ random }) => text(random) };
}

function id(random: Seeded, length: number): string {
  return random.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', length);
}

function signedToken(random: Seeded): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = part({ alg: 'HS256', typ: 'JWT' });
  const claims = part({ sub: random.text(digits, 8), iss: 'https://broker.widgets.io', exp: 2_000_000_000 });
  return `${head}.${claims}.${createHmac('sha256', random.bytes(32)).update(`${head}.${claims}`).digest('base64url')}`;
}
