import { FettleError } from '@fettle/model';
import { isObject } from '../json-call.ts';
import type { ReadSecret } from '../secrets.ts';
import type { AwsCredentials } from './sign-request.ts';

/**
 * Reads credentials in the form that AWS' own tools print for other programs (`credential_process`, version 1):
 * JSON with AccessKeyId, SecretAccessKey and, for those that expire, SessionToken.
 * @throws FettleError `invalid-input`
 */
export async function readCredentials(readSecret: ReadSecret, source: string | undefined): Promise<AwsCredentials> {
  const text = await readSecret({ source, what: 'AWS credentials' });
  const value = parse(text);
  if (isObject(value) && isWord(value.AccessKeyId) && isWord(value.SecretAccessKey)) {
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = value;
    if (sessionToken === undefined || sessionToken === null) return { accessKeyId, secretAccessKey };
    if (isWord(sessionToken)) return { accessKeyId, secretAccessKey, sessionToken };
  }
  const message =
    'Expected AWS credentials as JSON with AccessKeyId, SecretAccessKey and maybe SessionToken: aws configure export-credentials --format process';
  throw new FettleError('invalid-input', message);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause: it quotes the secret.
    return undefined;
  }
}

// They go into headers.
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,8192}$/.test(value);
}
