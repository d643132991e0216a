import { type ErrorCode, FettleError } from '@fettle/model';
import { callJson } from '../json-call.ts';
import { type AwsCredentials, signAwsRequest } from './sign-request.ts';

export interface KmsPlace {
  readonly endpoint: string;
  readonly region: string;
}

export interface KmsCall {
  readonly action: 'GetPublicKey' | 'Sign';
  readonly body: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

const codeOfType: Readonly<Record<string, ErrorCode>> = {
  NotFoundException: 'not-found',
  AccessDeniedException: 'forbidden',
  UnrecognizedClientException: 'not-authenticated',
  InvalidSignatureException: 'not-authenticated',
  IncompleteSignature: 'not-authenticated',
  MissingAuthenticationTokenException: 'not-authenticated',
  ExpiredTokenException: 'not-authenticated',
  ThrottlingException: 'signer-unavailable',
  KMSInternalException: 'signer-unavailable',
  DependencyTimeoutException: 'signer-unavailable',
  KeyUnavailableException: 'signer-unavailable',
};
const next: Partial<Record<ErrorCode, string>> = {
  'not-found': 'Correct the key id and the region.',
  forbidden: 'Allow kms:GetPublicKey and kms:Sign on the key.',
  'not-authenticated': 'Check the credentials, and the clock of this machine.',
  'signer-unavailable': 'Try again.',
};

/**
 * One call of AWS KMS (JSON 1.1).
 * @throws FettleError by the `__type` that AWS tells
 */
export async function callKms(
  { endpoint, region }: KmsPlace,
  credentials: AwsCredentials,
  { action, body, signal }: KmsCall,
): Promise<Readonly<Record<string, unknown>>> {
  const url = new URL(`${endpoint}/`);
  const request = {
    method: 'POST' as const,
    host: url.host,
    path: url.pathname,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` },
    body: JSON.stringify(body),
  };
  const headers = signAwsRequest(request, credentials, { region, service: 'kms', now: new Date() });
  const answer = await callJson({ url: url.href, method: 'POST', headers, body: request.body, signal });
  if (answer.status === 200) return answer.body;
  const type = /(?:^|#)([A-Za-z]{1,64})$/.exec(String(answer.body.__type))?.[1] ?? `status ${answer.status}`;
  const code = answer.status >= 500 ? 'signer-unavailable' : (codeOfType[type] ?? 'key-refused');
  const message = `AWS KMS in ${region} refused ${action} (${type}). ${next[code] ?? 'The key was not used.'}`;
  throw new FettleError(code, message, { details: { type, status: answer.status } });
}
