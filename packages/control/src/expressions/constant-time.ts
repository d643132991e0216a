import { celEnv, isCelError, type parse, plan } from '@bufbuild/cel';

const plain = celEnv();

/**
 * The value of `timestamp("…")` or `duration("…")`, as CEL reads them.
 * @returns milliseconds, with fractions; undefined when CEL does not know the text
 */
export function constantTime(call: ReturnType<typeof parse>['expr']): number | undefined {
  const value = plan(plain, call)();
  if (typeof value !== 'object' || value === null || isCelError(value) || !('message' in value)) return undefined;
  const message: object = value.message;
  if (!('seconds' in message) || !('nanos' in message)) return undefined;
  return Number(message.seconds) * 1_000 + Number(message.nanos) / 1_000_000;
}
