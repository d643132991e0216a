/** What can go wrong and is told to a caller. Callers match the code, never the message. */
export const errorCodes = {
  'invalid-input': { retryable: false, summary: 'The request does not have the documented shape.' },
  'invalid-id': { retryable: false, summary: 'An id has characters or a length that ids may not have.' },
  'too-large': { retryable: false, summary: 'The request is over a documented limit.' },
  'not-found': { retryable: false, summary: 'There is no such object, or it is not yours.' },
  'not-authenticated': { retryable: false, summary: 'No valid credential came with the request.' },
  forbidden: { retryable: false, summary: 'The credential is valid but does not allow this.' },
  'already-exists': { retryable: false, summary: 'An object with this name exists with other contents.' },
  'wrong-state': { retryable: false, summary: 'The object is not in a state that allows this.' },
  'token-replayed': { retryable: false, summary: 'This ID token was exchanged before; each one is good for once.' },
  'offset-mismatch': { retryable: true, summary: 'The upload continues at another offset.' },
  'digest-mismatch': { retryable: false, summary: 'The bytes do not have the digest that was declared.' },
  'signature-invalid': { retryable: false, summary: 'No trusted key of the fleet signed this.' },
  'counter-reused': { retryable: false, summary: 'The release counter is not above every earlier one of the fleet.' },
  'artifact-missing': { retryable: false, summary: 'The manifest names an artifact that was not uploaded.' },
  'image-refused': { retryable: false, summary: 'An image is not what the image policy of the fleet demands.' },
  'gate-failed': { retryable: false, summary: 'The gates have not cleared this release for any stage of its fleet.' },
  'check-failed': { retryable: false, summary: 'A check of an artifact came to no end within its bounds.' },
  'device-rejected': { retryable: false, summary: 'An operator has rejected this device.' },
  'device-pending': { retryable: true, summary: 'An operator has not accepted this device yet.' },
  'proof-invalid': { retryable: false, summary: 'The proof of the device key does not verify.' },
  'limit-reached': { retryable: true, summary: 'A documented limit on the number of objects is reached.' },
  overloaded: { retryable: true, summary: 'The server sheds load; come back after the time it names.' },
  'storage-full': { retryable: true, summary: 'The server has no room left to store this.' },
  'signer-unavailable': { retryable: true, summary: 'What holds the key (token, Vault, KMS) does not answer.' },
  'key-refused': { retryable: false, summary: 'The key may leave its holder, or it is not the key that was expected.' },
  'signing-refused': { retryable: false, summary: 'The signer process looked at what it should sign, and refused.' },
  internal: { retryable: true, summary: 'The server failed; the cause is in its log under the request id.' },
} as const satisfies Record<string, { retryable: boolean; summary: string }>;

/** The closed union of error codes that leave the core. */
export type ErrorCode = keyof typeof errorCodes;

/** JSON-safe facts that go with an error: ids, limits, what was expected and found. Never secrets. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** The one error class. Expected outcomes are values; this is for broken promises and refused requests. */
export class FettleError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FettleError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}
