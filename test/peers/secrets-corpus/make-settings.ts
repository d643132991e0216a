import type { Bench, Maker } from './kinds.ts';
import { alphanumeric, type Seeded } from './seeded.ts';

/** Passwords and keys as they stand in files of a device. */
export const settingsMakers: readonly Maker[] = [
  file(
    'wpa-supplicant',
    'wifi-key',
    'etc/wpa_supplicant.conf',
    (r) => `network={\n  ssid="plant"\n  psk="${password(r, 14)}"\n}\n`,
  ),
  file(
    'wpa-supplicant-hex',
    'wifi-key',
    'etc/wpa_supplicant/wlan0.conf',
    (r) => `network={\n\tssid="plant"\n\tpsk=${r.bytes(32).toString('hex')}\n}\n`,
  ),
  file(
    'hostapd',
    'wifi-key',
    'etc/hostapd/hostapd.conf',
    (r) => `ssid=setup\nwpa=2\nwpa_passphrase=${password(r, 12)}\n`,
  ),
  file(
    'uci-wifi',
    'wifi-key',
    'etc/config/wireless',
    (r) => `config wifi-iface\n\toption ssid 'plant'\n\toption key '${password(r, 11)}'\n`,
  ),
  file(
    'network-manager',
    'wifi-key',
    'etc/NetworkManager/system-connections/plant.nmconnection',
    (r) => `[wifi-security]\nkey-mgmt=wpa-psk\npsk=${password(r, 16)}\n`,
  ),
  file(
    'esp-idf',
    'wifi-key',
    'project/sdkconfig',
    (r) => `CONFIG_EXAMPLE_WIFI_SSID="plant"\nCONFIG_ESP_WIFI_PASSWORD="${password(r, 13)}"\n`,
  ),
  file(
    'wireguard',
    'wireguard-private-key',
    'etc/wireguard/wg0.conf',
    (r) => `[Interface]\nPrivateKey = ${r.bytes(32).toString('base64')}\nAddress = 10.0.0.2/32\n`,
  ),
  file('shadow-empty', 'empty-password', 'etc/shadow', () => 'daemon:*:19700:0:99999:7:::\nroot::19700:0:99999:7:::\n'),
  {
    ...file('shadow-default', 'default-password', 'etc/shadow', () => ''),
    make: (bench) => shadow(bench, bench.random.pick(['root', 'admin', 'raspberry', 'toor'])),
  },
  {
    ...file('shadow-hash', 'password-hash', 'etc/shadow', () => ''),
    make: (bench) => shadow(bench, password(bench.random, 16)),
  },
  {
    ...file('htpasswd', 'password-hash', 'etc/nginx/.htpasswd', () => ''),
    make: ({ run, random }) =>
      `admin:${run('openssl', ['passwd', '-apr1', password(random, 14)])
        .toString()
        .trim()}\n`,
  },
  file(
    'url-credentials',
    'url-credentials',
    'etc/updater.conf',
    (r) => `server=https://${r.pick(['deploy', 'device', 'ota'])}:${password(r, 12)}@updates.widgets.io/v1\n`,
  ),
  file(
    'mqtt-password',
    'mqtt-password',
    'etc/mosquitto/mosquitto.conf',
    (r) => `connection cloud\nremote_username gateway\nremote_password ${password(r, 14)}\n`,
  ),
  file('mqtt-json', 'mqtt-password', 'opt/agent/settings.json', (r) =>
    JSON.stringify({ mqtt: { host: 'broker', mqttPassword: password(r, 12) } }),
  ),
  file(
    'ini-password',
    'settings-password',
    'etc/app/database.ini',
    (r) => `[database]\nuser = app\npassword = ${password(r, 12)}\n`,
  ),
  file('env-secret', 'settings-secret', 'opt/app/.env', (r) => `PORT=80\nCLIENT_SECRET=${r.text(alphanumeric, 31)}7\n`),
  file('netrc', 'login-file', 'root/.netrc', (r) => `machine git.widgets.io login build password ${password(r, 12)}\n`),
  file('pgpass', 'login-file', 'root/.pgpass', (r) => `db.widgets.io:5432:app:app:${password(r, 12)}\n`),
  file('docker-login', 'docker-registry-login', 'root/.docker/config.json', (r) =>
    JSON.stringify({
      auths: { 'hub.widgets.io': { auth: Buffer.from(`build:${password(r, 20)}`).toString('base64') } },
    }),
  ),
  { ...file('authorized-keys', 'ssh-authorized-key', 'root/.ssh/authorized_keys', () => ''), make: authorizedKey },
];

function file(kind: string, rule: string, path: string, text: (random: Seeded) => string): Maker {
  return { kind, rules: [rule], path, shapes: ['plain'], make: ({ random }) => text(random) };
}

function password(random: Seeded, length: number): string {
  return `${random.text(alphanumeric, length - 2)}${random.below(10)}${random.pick(['k', 'Q', 'z'])}`;
}

function shadow({ run, random }: Bench, secret: string): string {
  const hash = run('openssl', ['passwd', random.pick(['-1', '-5', '-6']), secret])
    .toString()
    .trim();
  return `root:${hash}:19700:0:99999:7:::\ndaemon:*:19700:0:99999:7:::\n`;
}

function authorizedKey({ random }: Bench): string {
  const type = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20', 'latin1');
  return `ssh-ed25519 ${Buffer.concat([type, random.bytes(32)]).toString('base64')} somebody\n`;
}
