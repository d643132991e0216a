import type { PKCS11 } from 'pkcs11js';
import type { Attribute, Cryptoki } from './cryptoki.ts';

const signatureBytes = 64;
const [loginUser, readAccess, writeAccess] = [1, 4, 6];

/** Loads a PKCS#11 module by pkcs11js, whose native part must have been built. */
export async function loadCryptoki(modulePath: string): Promise<Cryptoki> {
  const { default: pkcs11js } = await import('pkcs11js');
  const module = new pkcs11js.PKCS11();
  module.load(modulePath);
  return {
    initialize: () => module.C_Initialize(),
    finalize: () => module.C_Finalize(),
    listTokens: () =>
      module.C_GetSlotList(true).map((slot) => {
        const { label, serialNumber, model } = module.C_GetTokenInfo(slot);
        return { slot, label: trimmed(label), serial: trimmed(serialNumber), model: trimmed(model) };
      }),
    openSession: (slot, access) => module.C_OpenSession(slot, access === 'write' ? writeAccess : readAccess),
    closeSession: (session) => module.C_CloseSession(session),
    login: (session, pin) => module.C_Login(session, loginUser, pin),
    find: (session, template, most) => find(module, { session, template, most }),
    attribute: (session, object, type) => {
      const [first] = module.C_GetAttributeValue(session, object, [{ type }]);
      if (!first) throw new Error('CKR_ATTRIBUTE_TYPE_INVALID');
      return first.value;
    },
    sign: (session, { mechanism, handle }, data) => {
      module.C_SignInit(session, { mechanism }, handle);
      return module.C_Sign(session, data, Buffer.alloc(signatureBytes));
    },
    generatePair: (session, mechanism, { publicKey, privateKey }) => {
      module.C_GenerateKeyPair(session, { mechanism }, [...publicKey], [...privateKey]);
    },
  };
}

interface Search {
  readonly session: Buffer;
  readonly template: readonly Attribute[];
  readonly most: number;
}

function find(module: PKCS11, { session, template, most }: Search): Buffer[] {
  module.C_FindObjectsInit(session, [...template]);
  try {
    const found: Buffer[] = [];
    while (found.length < most) {
      const handle = module.C_FindObjects(session);
      if (!handle) break;
      found.push(handle);
    }
    return found;
  } finally {
    module.C_FindObjectsFinal(session);
  }
}

// PKCS#11 pads its fixed fields with blanks, some modules with zeros.
function trimmed(text: string): string {
  return text.replace(/[ \0]+$/, '');
}
