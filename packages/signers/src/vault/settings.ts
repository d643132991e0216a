import { FettleError } from '@fettle/model';
import { requireAddress } from '../json-call.ts';
import { readLocator, writeLocator } from '../locator.ts';

export type VaultLogin =
  | { readonly auth: 'token' }
  | { readonly auth: 'approle'; readonly mount: string; readonly roleId: string }
  | { readonly auth: 'jwt'; readonly mount: string; readonly role: string };

/** A key in Vault's transit engine and how to get to it. */
export interface VaultSettings {
  readonly key: string;
  readonly address: string;
  readonly mount: string;
  /** Which version of the key; without one, the latest when it is opened. */
  readonly version: number | undefined;
  readonly namespace: string | undefined;
  readonly login: VaultLogin;
  /** Where the token, secret id or JWT is read. */
  readonly secretSource: string | undefined;
}

const names = [
  'address',
  'mount',
  'version',
  'namespace',
  'auth',
  'auth-mount',
  'role-id',
  'role',
  'secret-source',
] as const;
// Parts of a path are taken literally: nothing may lead out of the engine.
const plainPath = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** @throws FettleError `invalid-input` */
export function readVaultSettings(locator: string): VaultSettings {
  const { name, parameters } = readLocator(locator, names);
  const get = (parameter: (typeof names)[number]) => parameters.get(parameter);
  const version = get('version');
  if (version !== undefined && !/^[1-9]\d{0,8}$/.test(version)) {
    throw new FettleError('invalid-input', `Expected a whole number as version of the key, found "${version}".`);
  }
  const login = readLogin(get);
  return {
    key: requirePath(name, 'key'),
    address: requireAddress(get('address'), 'address=https://vault.example:8200'),
    mount: requirePath(get('mount') ?? 'transit', 'mount'),
    version: version === undefined ? undefined : Number(version),
    namespace: get('namespace') === undefined ? undefined : requirePath(get('namespace') ?? '', 'namespace'),
    login,
    secretSource: get('secret-source'),
  };
}

/** The locator that opens this version of the key again, whatever becomes the latest. */
export function writeVaultLocator(settings: VaultSettings, version: number): string {
  const { key, address, mount, namespace, login, secretSource } = settings;
  return writeLocator('vault', key, {
    address,
    mount: mount === 'transit' ? undefined : mount,
    version: String(version),
    namespace,
    auth: login.auth === 'token' ? undefined : login.auth,
    'auth-mount': login.auth === 'token' || login.mount === login.auth ? undefined : login.mount,
    'role-id': login.auth === 'approle' ? login.roleId : undefined,
    role: login.auth === 'jwt' ? login.role : undefined,
    'secret-source': secretSource,
  });
}

function readLogin(get: (name: (typeof names)[number]) => string | undefined): VaultLogin {
  const auth = get('auth') ?? 'token';
  const mount = requirePath(get('auth-mount') ?? auth, 'auth-mount');
  const [roleId, role] = [get('role-id'), get('role')];
  if (auth === 'token' && roleId === undefined && role === undefined) return { auth };
  if (auth === 'approle' && roleId && role === undefined) return { auth, mount, roleId };
  if (auth === 'jwt' && role && roleId === undefined) return { auth, mount, role };
  const message = 'Expected auth=token, auth=approle with role-id=ID, or auth=jwt with role=NAME in the locator.';
  throw new FettleError('invalid-input', message);
}

function requirePath(text: string, what: string): string {
  if (text.length <= 256 && plainPath.test(text)) return text;
  throw new FettleError(
    'invalid-input',
    `Expected letters, digits, ".", "_", "-" and "/" in the ${what}, found "${text}".`,
  );
}
