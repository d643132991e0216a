import { type Detector, type Found, rulesOf, type View } from '../detector.ts';
import { isKeyMaterial, isPlaceholder, looksRandom } from '../plausible.ts';

export const networkRules = rulesOf({
  'wifi-key': {
    severity: 'high',
    guessable: true,
    why: 'The key of a wireless network lets everyone in who has the image.',
  },
  'wireguard-private-key': {
    severity: 'critical',
    perDevice: true,
    why: 'A WireGuard peer is known by its key: devices that share one cannot be told apart, and anyone can be one.',
  },
  'url-credentials': { severity: 'high', guessable: true, why: 'User and password stand in an address.' },
  'npm-registry-login': { severity: 'critical', why: 'The login of a package registry.' },
});

interface WifiShape {
  readonly literals: readonly string[];
  readonly pattern: RegExp;
}

// The value is the first group that is there. wpa_supplicant and NetworkManager, hostapd, ifupdown, UCI, ESP-IDF.
const wifiShapes: readonly WifiShape[] = [
  {
    literals: ['psk='],
    pattern: /^psk=(?:"([\x20-\x7e]{8,63})"|([0-9a-fA-F]{64})|([\x21-\x7e]{8,63}))[ \t]{0,8}(?:[\r\n\0#]|$)/,
  },
  {
    literals: ['wpa_passphrase=', 'wpa_psk='],
    pattern: /^wpa_(?:passphrase|psk)=([\x20-\x7e]{8,64})[ \t]{0,8}(?:[\r\n\0]|$)/,
  },
  { literals: ['sae_password='], pattern: /^sae_password=([\x20-\x7e]{8,63}?)(?:\|[^\r\n]{0,80})?[\r\n\0]/ },
  {
    literals: ['wpa-psk'],
    pattern: /^wpa-psk[ \t]{1,8}(?:"([\x20-\x7e]{8,63})"|([\x21-\x7e]{8,64}))[ \t]{0,8}(?:[\r\n\0]|$)/,
  },
  { literals: ['option key'], pattern: /^option key[ \t]{1,8}['"]([\x20-\x7e]{8,64}?)['"]/ },
  {
    literals: ['WIFI_PASSWORD', 'WIFI_PASS', 'WIFI_PSK', 'WIFI_PASSPHRASE', 'wifi_password', 'wifi_pass', 'wifi_psk'],
    pattern: /^wifi_(?:password|passphrase|pass|psk)["']?[ \t]{0,4}[:= ][ \t]{0,4}["']([\x20-\x7e]{8,63}?)["']/i,
  },
];

function wifiDetector(shape: WifiShape): Detector {
  return {
    literals: shape.literals,
    inUtf16: false,
    read: (view, at) => {
      const match = shape.pattern.exec(view.bytes.toString('latin1', at, at + 200));
      const secret = match?.slice(1).find((group) => group !== undefined);
      if (match === null || secret === undefined) return undefined;
      return believed(view, { rule: networkRules['wifi-key'], at, end: at + match[0].length, secret });
    },
  };
}

function believed(view: View, found: Found & { secret: string }): Found | undefined {
  return view.placeKind === 'documentation' || isPlaceholder(found.secret) ? undefined : found;
}

/** 32 bytes in base64 behind a name that says so: wg-quick, systemd-networkd, UCI. */
const wireguard: Detector = {
  literals: ['PrivateKey', 'private_key', 'PresharedKey'],
  inUtf16: false,
  read: ({ bytes }, at) => {
    const text = bytes.toString('latin1', at, at + 80);
    const match =
      /^(?:PrivateKey|PresharedKey|private_key)(?:[ \t]{0,4}=[ \t]{0,4}|[ \t]{1,4})["']?([A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])/.exec(
        text,
      );
    const secret = match?.[1];
    if (match === null || secret === undefined || !isKeyMaterial(Buffer.from(secret, 'base64'))) return undefined;
    if (!looksRandom(secret)) return undefined;
    const from = at + match[0].indexOf(secret);
    return { rule: networkRules['wireguard-private-key'], at: from, end: from + secret.length, secret };
  },
};

const exampleHosts =
  /^(?:(?:[a-z0-9-]+\.)*example(?:\.[a-z]{2,4})?|(?:[a-z0-9-]+\.)*(?:test|invalid)|(?:my|your|some|the)?-?_?(?:host(?:name|\.domain)?|server(?:name)?|proxy(?:\.\w+)?|domain(?:\.\w+)?|site|machine|address|ip)|foo|bar|h|x|a|b|host\.com|domain\.com|foo\.(?:com|org|net)|.*\.(?:foo|bar))$/i;

/** Scheme, user, password, host, all in one. The password may be escaped as in RFC 3986 §2.1. */
const url: Detector = {
  literals: [...'abcdefghijklmnopqrstuvwxyz'].map((last) => `${last}://`),
  inUtf16: false,
  read: (view, literalAt) => {
    const text = view.bytes.toString('latin1', literalAt, literalAt + 400);
    const match =
      /^.:\/\/([A-Za-z0-9._%+-]{1,80}(?:@[A-Za-z0-9.-]{1,60})?):([!#$%&()*+,.;=?A-Z_a-z0-9~-]{4,200})@([A-Za-z0-9._-]{1,120}|\[[0-9a-fA-F:]{2,40}\])/.exec(
        text,
      );
    const [whole, user, secret, host] = match ?? [];
    if (whole === undefined || user === undefined || secret === undefined || host === undefined) return undefined;
    if (view.placeKind === 'documentation' || exampleHosts.test(host) || isExample(user, secret)) return undefined;
    const at = literalAt + 4 + user.length + 1;
    return { rule: networkRules['url-credentials'], at, end: at + secret.length, secret, note: `for ${host}` };
  },
};

function isExample(user: string, secret: string): boolean {
  if (isPlaceholder(secret) || /^\$|^%[a-z0-9]?$/i.test(secret) || secret.includes('...')) return true;
  if (
    /^(?:user|username|login|foo|name|me|usr|joe|bob|alice|test)$/i.test(user) &&
    !/\d.*[A-Za-z]|[A-Za-z].*\d/.test(secret)
  )
    return true;
  return secret.toLowerCase() === user.toLowerCase() && secret.length < 6;
}

const npmrc: Detector = {
  literals: ['authToken=', '_password='],
  inUtf16: false,
  read: ({ bytes, path, placeKind }, at) => {
    if (placeKind === 'documentation' || !/npmrc|yarnrc/.test(path)) return undefined;
    const match = /^(?:authToken|_password)=["']?([A-Za-z0-9_+/=.~-]{8,400})/.exec(
      bytes.toString('latin1', at, at + 420),
    );
    const secret = match?.[1];
    if (match === null || secret === undefined || secret.startsWith('npm_') || isPlaceholder(secret)) return undefined;
    return { rule: networkRules['npm-registry-login'], at, end: at + match[0].length, secret };
  },
};

export const networkDetectors: readonly Detector[] = [...wifiShapes.map(wifiDetector), wireguard, url, npmrc];
