import { generateKeyPairSync } from 'node:crypto';
import { alphanumeric, armored, certificateOf, der, hexDigits, lower, made, madeBytes } from './material.ts';

/** A file that one rule has to find something in. */
export interface Example {
  readonly path: string;
  readonly content: string | Uint8Array;
}

const word = (length: number) => made(alphanumeric, length);
const hex = (length: number) => made(hexDigits, length);
const capitals = (length: number) => made('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', length);
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const text = (content: string, path = 'opt/app/notes') => ({ path, content: `one line\n${content}\nanother line\n` });
const sshKey = (cipher: string) =>
  armored(
    'OPENSSH PRIVATE KEY',
    Buffer.concat([
      Buffer.from(`openssh-key-v1\0\0\0\0${String.fromCharCode(cipher.length)}${cipher}`),
      madeBytes(200),
    ]),
  );
const account = () =>
  JSON.stringify({ private_key_id: 'a1', private_key: ec().export({ format: 'pem', type: 'pkcs8' }) });
const shadow = (hash: string) => ({ path: 'etc/shadow', content: `root:${hash}:19700:0:99999:7:::\n` });
const jwt = () =>
  [{ alg: 'ES256', typ: 'JWT' }, { sub: 'device' }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
const keystore = () => {
  const bag = der(0x30, Buffer.from('060b2a864886f70d010c0a0102', 'hex'), madeBytes(200));
  const contents = der(0x30, Buffer.from('06092a864886f70d010701', 'hex'), der(0xa0, der(4, bag)));
  return der(0x30, Buffer.from('020103', 'hex'), contents);
};
const javaKeystore = () => {
  const head = Buffer.from('feedfeed0000000200000001000000010001', 'hex');
  return Buffer.concat([
    head,
    Buffer.from('k'),
    Buffer.alloc(8),
    Buffer.from([0, 0, 1, 4]),
    der(0x30, madeBytes(256)),
    madeBytes(20),
  ]);
};
// The hash of `root`, by `openssl passwd -6 -salt fettle root`.
const knownHash = '$6$fettle$3j5PJ0tmTg4pMgXfCXlqdfc9d994ppJI3LNj7B5UT.IsLpXoJpClTHt19c6bsNmhWP87Dqh0sIP5cRkm9VD0o/';
// Of root-ec-p256.pem: a public key.
const mcubootKey =
  '3059301306072a8648ce3d020106082a8648ce3d030107034200042acb403ce8feed5ba44995a1a91daee8dbbe1937cd14fb2f245737e5953988d994b9d65aebd7cdd5308ad6fe48b24a6a810ee5f07d8b6834cc3a6afc538efac1';

/** By rule: every rule has one. */
export const examples: Readonly<Record<string, () => Example>> = {
  'private-key-pem': () => text(String(ec().export({ format: 'pem', type: 'sec1' }))),
  'private-key-der': () => ({
    path: 'lib/firmware/radio.bin',
    content: Buffer.concat([madeBytes(99), ec().export({ format: 'der', type: 'pkcs8' }), madeBytes(50)]),
  }),
  'private-key-encrypted': () =>
    text(String(ec().export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'p' }))),
  'ssh-private-key': () => text(sshKey('none')),
  'ssh-host-key': () => ({ path: 'etc/ssh/ssh_host_rsa_key', content: sshKey('none') }),
  'putty-private-key': () =>
    text(
      `PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: c\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 2\n${madeBytes(48).toString('base64')}\n${madeBytes(33, 'b').toString('base64')}\nPrivate-MAC: 0\n`,
    ),
  'pgp-private-key': () =>
    text(armored('PGP PRIVATE KEY BLOCK', Buffer.concat([Buffer.from([0x94, 90, 4]), madeBytes(90)]))),
  'age-secret-key': () => text(`AGE-SECRET-KEY-1${made('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`),
  'gcp-service-account': () => ({ path: 'opt/app/account.json', content: account() }),
  'keystore-pkcs12': () => ({ path: 'etc/app/client.p12', content: keystore() }),
  'keystore-java': () => ({ path: 'etc/app/client.jks', content: javaKeystore() }),
  'test-ca': () => ({
    path: 'etc/ssl/certs/root.pem',
    content: armored('CERTIFICATE', certificateOf('Widgets Development Root CA')),
  }),
  'test-certificate': () => ({ path: 'etc/app/server.der', content: certificateOf('localhost', false) }),
  'published-verification-key': () => ({
    path: 'bootloader.bin',
    content: Buffer.concat([madeBytes(70), Buffer.from(mcubootKey, 'hex')]),
  }),
  'aws-access-key': () => text(`id AKIA${capitals(16)}`),
  'aws-secret-key': () => text(`AWS_SECRET_ACCESS_KEY=${word(40)}`),
  'azure-storage-key': () => text(`AccountKey=${madeBytes(64).toString('base64')}`),
  'azure-shared-access-key': () => text(`SharedAccessKey=${madeBytes(32).toString('base64')}`),
  'azure-shared-access-signature': () => text(`SharedAccessSignature sr=a&sig=${word(43)}%3D&se=1`),
  'docker-registry-login': () => ({
    path: 'root/.docker/config.json',
    content: JSON.stringify({ auths: { r: { auth: Buffer.from(`u:${word(20)}`).toString('base64') } } }),
  }),
  jwt: () => text(`${jwt()}.${word(86)}`),
  'github-token': () => text(`ghp_${word(36)}`),
  'gitlab-token': () => text(`glpat-${word(20)}`),
  'npm-token': () => text(`npm_${word(36)}`),
  'pypi-token': () => text(`pypi-AgEIcHlwaS5vcmc${word(80)}`),
  'docker-token': () => text(`dckr_pat_${word(27)}`),
  'slack-token': () => text(`xoxb-${made('0123456789', 12)}-${made('0123456789', 12, 'b')}-${word(24)}`),
  'slack-webhook': () => text(`https://hooks.slack.com/services/T${capitals(8)}/B${capitals(8)}/${word(24)}`),
  'discord-webhook': () => text(`https://discord.com/api/webhooks/${made('0123456789', 18)}/${word(68)}`),
  'stripe-key': () => text(`sk_live_${word(24)}`),
  'vault-token': () => text(`hvs.${word(90)}`),
  'google-api-key': () => text(`AIza${word(35)}`),
  'google-oauth-secret': () => text(`GOCSPX-${word(28)}`),
  'firebase-server-key': () => text(`AAAA${word(7)}:APA91b${word(134)}`),
  'sendgrid-key': () => text(`SG.${word(22)}.${word(43)}`),
  'mailgun-key': () => text(`key-${hex(32)}`),
  'twilio-key': () => text(`TWILIO_AUTH_TOKEN=${hex(32)}`),
  'telegram-token': () => text(`58${made('0123456789', 7)}:AA${word(33)}`),
  'digitalocean-token': () => text(`dop_v1_${hex(64)}`),
  'openai-key': () => text(`sk-${word(20)}T3BlbkFJ${word(20)}`),
  'anthropic-key': () => text(`sk-ant-api03-${word(95)}`),
  'huggingface-token': () => text(`hf_${made(lower + lower.toUpperCase(), 34)}`),
  'databricks-token': () => text(`dapi${hex(32)}`),
  'shopify-token': () => text(`shpat_${hex(32)}`),
  'square-token': () => text(`sq0atp-${word(22)}`),
  'grafana-token': () => text(`glsa_${word(32)}_${hex(8)}`),
  'new-relic-key': () => text(`NRAK-${capitals(27)}`),
  'sentry-token': () => text(`sntryu_${hex(64)}`),
  'postman-key': () => text(`PMAK-${hex(24)}-${made(hexDigits, 34, 'b')}`),
  'atlassian-token': () => text(`ATATT3x${word(180)}`),
  'linear-key': () => text(`lin_api_${word(40)}`),
  'tailscale-key': () => text(`tskey-auth-${word(17)}-${word(32)}`),
  'adafruit-io-key': () => text(`aio_${made(lower, 4)}12${word(22)}`),
  'terraform-token': () => text(`${word(14)}.atlasv1.${word(67)}`),
  'wifi-key': () => ({ path: 'etc/hostapd.conf', content: `ssid=a\nwpa_passphrase=${word(12)}\n` }),
  'wireguard-private-key': () => ({
    path: 'etc/wireguard/wg0.conf',
    content: `[Interface]\nPrivateKey = ${madeBytes(32).toString('base64')}\n`,
  }),
  'url-credentials': () => ({
    path: 'etc/updater.conf',
    content: `server=https://device:${word(12)}@updates.widgets.io/\n`,
  }),
  'npm-registry-login': () => ({ path: 'root/.npmrc', content: `//hub.widgets.io/:_auth${'Token'}=${word(40)}\n` }),
  'empty-password': () => shadow(''),
  'default-password': () => shadow(knownHash),
  'password-hash': () => shadow(`$6$${word(16)}$${word(86)}`),
  'ssh-authorized-key': () => ({ path: 'root/.ssh/authorized_keys', content: `ssh-ed25519 AAAA${word(64)} me\n` }),
  'mqtt-password': () => ({
    path: 'etc/mosquitto/mosquitto.conf',
    content: `connection cloud\nremote_password ${word(12)}\n`,
  }),
  'settings-password': () => ({ path: 'etc/app/app.ini', content: `[db]\npassword = ${word(12)}\n` }),
  'settings-secret': () => ({ path: 'opt/app/.env', content: `CLIENT_SECRET=${word(30)}7\n` }),
  'login-file': () => ({ path: 'root/.netrc', content: `machine git.widgets.io login a password ${word(12)}\n` }),
  'htpasswd-hash': () => ({
    path: 'etc/lighttpd/.htpasswd',
    content: `admin:{SHA}${madeBytes(20).toString('base64')}\n`,
  }),
};
