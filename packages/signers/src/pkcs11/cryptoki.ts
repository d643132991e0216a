/** The part of PKCS#11 (OASIS, version 2.40) that we use, with its own names and numbers. */
export const cki = {
  CKO_PUBLIC_KEY: 2,
  CKO_PRIVATE_KEY: 3,
  CKA_CLASS: 0x000,
  CKA_TOKEN: 0x001,
  CKA_PRIVATE: 0x002,
  CKA_LABEL: 0x003,
  CKA_ID: 0x102,
  CKA_SENSITIVE: 0x103,
  CKA_DECRYPT: 0x105,
  CKA_UNWRAP: 0x107,
  CKA_SIGN: 0x108,
  CKA_VERIFY: 0x10a,
  CKA_EXTRACTABLE: 0x162,
  CKA_LOCAL: 0x163,
  CKA_EC_PARAMS: 0x180,
  CKA_EC_POINT: 0x181,
  CKM_EC_KEY_PAIR_GEN: 0x1040,
  CKM_ECDSA: 0x1041,
  CKM_EC_EDWARDS_KEY_PAIR_GEN: 0x1055,
  CKM_EDDSA: 0x1057,
} as const;

/** Handles stay bytes, as the token gave them. */
export type Handle = Buffer;
export interface Attribute {
  readonly type: number;
  readonly value: Buffer | boolean | number | string;
}
export type Template = readonly Attribute[];

export interface TokenSlot {
  readonly slot: Handle;
  readonly label: string;
  readonly serial: string;
  readonly model: string;
}

/** A loaded module. Every call blocks, and throws an error whose message is the name of the return value (CKR_…). */
export interface Cryptoki {
  initialize(): void;
  finalize(): void;
  listTokens(): TokenSlot[];
  openSession(slot: Handle, access: 'read' | 'write'): Handle;
  closeSession(session: Handle): void;
  login(session: Handle, pin: string): void;
  find(session: Handle, template: Template, most: number): Handle[];
  /** The value of one attribute. */
  attribute(session: Handle, object: Handle, type: number): Buffer;
  sign(session: Handle, key: { mechanism: number; handle: Handle }, data: Buffer): Buffer;
  generatePair(session: Handle, mechanism: number, templates: { publicKey: Template; privateKey: Template }): void;
}

/** The name of the return value, or undefined when the error is none of PKCS#11. */
export function returnName(error: unknown): string | undefined {
  const [name] = error instanceof Error ? (/\bCKR_[A-Z0-9_]+/.exec(error.message) ?? []) : [];
  return name;
}
