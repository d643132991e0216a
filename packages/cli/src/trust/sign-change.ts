import { FettleError } from '@fettle/model';
import type { OpenedSigner } from '@fettle/signers';
import { signatureBy, type TufSignature, tufKeyOf } from '@fettle/trust';
import type { Context } from '../context.ts';
import { safeText } from '../output/style.ts';
import { type Examined, keysThatSign } from './examine-change.ts';
import { withKey } from './open-key.ts';
import { describeChange, type ShownChange } from './show-change.ts';

/** What a person has looked at, and is asked to sign. */
export interface ToSign {
  readonly payload: Uint8Array;
  readonly examined: Examined;
  readonly shown: ShownChange;
  /** Ids of keys that have signed already. */
  readonly signed: ReadonlySet<string>;
}

export interface SignOptions {
  readonly key: string;
  readonly meaning?: string | undefined;
}

/**
 * Shows what a change does, asks what the signature is meant to say, and signs.
 * @throws FettleError `signing-refused` for a change with problems, `signature-invalid` for a key that has no say
 */
export async function signChange(
  context: Context,
  toSign: ToSign,
  { key, meaning }: SignOptions,
): Promise<TufSignature & { readonly meaning: string }> {
  const { payload, examined, shown, signed } = toSign;
  context.note(describeChange(shown, context.style));
  const [problem] = examined.problems;
  if (problem !== undefined) {
    throw new FettleError('signing-refused', `This must not be signed: ${examined.problems.join(' ')}`, {
      details: { next: `fettle root withdraw ${shown.change} --reason …` },
    });
  }
  return withKey(key, context.io, async (signer) => {
    demandSay(signer, { examined, shown, signed });
    const said = await meaningOf(context, meaning);
    return { ...(await signatureBy(payload, signer)), meaning: said };
  });
}

function demandSay(signer: OpenedSigner, { examined, shown, signed }: Omit<ToSign, 'payload'>): void {
  const { keyid } = tufKeyOf(signer.publicKey);
  const may = keysThatSign(examined.groups);
  if (!may.has(keyid)) {
    const known = [...may.keys()].map((id) => id.slice(0, 12)).join(', ');
    const message = `Expected one of the keys ${known} for ${shown.role}, found ${keyid.slice(0, 12)} at ${signer.locator}.`;
    throw new FettleError('signature-invalid', message, {
      details: { next: 'the same command with --key of one of them' },
    });
  }
  if (!signed.has(signer.keyId)) return;
  throw new FettleError('already-exists', `Key ${keyid.slice(0, 12)} has signed this change already.`, {
    details: { next: `fettle root show ${shown.change}` },
  });
}

const mostMeaning = 100;

async function meaningOf({ io, style }: Context, given: string | undefined): Promise<string> {
  const said =
    given ?? (await io.ask?.(`${style.strong('What does your signature say?')} (empty: do not sign) `)) ?? '';
  const meaning = safeText(said.trim());
  if (meaning !== '' && meaning.length <= mostMeaning) return meaning;
  const found = meaning === '' ? 'none' : `${meaning.length}`;
  throw new FettleError(
    'invalid-input',
    `Expected what the signature means in 1 to ${mostMeaning} characters, found ${found}.`,
    {
      details: { next: 'the same command with --meaning "reviewed and agreed"' },
    },
  );
}
