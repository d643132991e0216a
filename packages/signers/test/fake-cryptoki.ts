import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Cryptoki, cki, type Template } from '../src/pkcs11/cryptoki.ts';

interface FakeObject {
  readonly values: Map<number, Buffer>;
  readonly key: KeyObject;
}

/** A module in memory with one token and settable trouble; says what it was asked. */
export class FakeCryptoki implements Cryptoki {
  readonly asked: string[] = [];
  readonly objects: FakeObject[] = [];
  labels = ['fettle'];
  pin = '1234';
  /** The next calls of that name fail so. */
  failing: Partial<Record<keyof Cryptoki, string>> = {};
  /** The spelling of Ed25519 that this module takes. */
  ed25519Params = '130c656477617264733235353139';

  initialize(): void {
    this.#call('initialize');
  }
  finalize(): void {
    this.#call('finalize');
  }
  listTokens() {
    this.#call('listTokens');
    return this.labels.map((label, index) => ({
      slot: Buffer.from([index]),
      label,
      serial: `${index}`,
      model: 'fake',
    }));
  }
  openSession(): Buffer {
    this.#call('openSession');
    return Buffer.from('session');
  }
  closeSession(): void {
    this.#call('closeSession');
  }
  login(_session: Buffer, pin: string): void {
    this.#call('login');
    if (pin !== this.pin) throw new Error('CKR_PIN_INCORRECT');
  }
  find(_session: Buffer, template: Template, most: number): Buffer[] {
    this.#call('find');
    const fits = ({ values }: FakeObject) =>
      template.every(({ type, value }) => values.get(type)?.equals(bytesOf(value)));
    return this.objects.flatMap((object, index) => (fits(object) ? [Buffer.from([index])] : [])).slice(0, most);
  }
  attribute(_session: Buffer, object: Buffer, type: number): Buffer {
    this.#call('attribute');
    const value = this.objects[object[0] ?? 0]?.values.get(type);
    if (!value) throw new Error('CKR_ATTRIBUTE_TYPE_INVALID');
    return value;
  }
  sign(_session: Buffer, { mechanism, handle }: { mechanism: number; handle: Buffer }, data: Buffer): Buffer {
    this.#call('sign');
    const key = this.objects[handle[0] ?? 0]?.key;
    if (!key || mechanism !== cki.CKM_EDDSA) throw new Error('CKR_MECHANISM_INVALID');
    return sign(null, data, key);
  }
  generatePair(_session: Buffer, _mechanism: number, templates: { publicKey: Template; privateKey: Template }): void {
    this.#call('generatePair');
    const params = bytesOf(templates.publicKey.find(({ type }) => type === cki.CKA_EC_PARAMS)?.value ?? '');
    if (params.toString('hex') !== this.ed25519Params) throw new Error('CKR_CURVE_NOT_SUPPORTED');
    this.add(templates.publicKey, templates.privateKey);
  }

  /** Puts an Ed25519 key into the token. */
  add(publicKey: Template, privateKey: Template): void {
    const pair = generateKeyPairSync('ed25519');
    const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
    const point: Template = [
      { type: cki.CKA_CLASS, value: cki.CKO_PUBLIC_KEY },
      { type: cki.CKA_EC_POINT, value: spki.subarray(-32) },
    ];
    const secret: Template = [{ type: cki.CKA_CLASS, value: cki.CKO_PRIVATE_KEY }];
    for (const template of [
      [...publicKey, ...point],
      [...privateKey, ...secret],
    ]) {
      const values = new Map(template.map(({ type, value }) => [type, bytesOf(value)]));
      this.objects.push({ values, key: pair.privateKey });
    }
  }

  #call(name: keyof Cryptoki): void {
    this.asked.push(name);
    const trouble = this.failing[name];
    if (trouble) throw new Error(trouble);
  }
}

function bytesOf(value: Template[number]['value']): Buffer {
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0]);
  return typeof value === 'object' ? value : Buffer.from(String(value));
}
