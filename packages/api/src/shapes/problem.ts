import { type ErrorCode, errorCodes } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { oneOf } from './common.ts';

/** Every refusal is one of these: RFC 9457, `application/problem+json`. Callers match `code`, never text. */
export const problemShape = Type.Object({
  type: Type.String({ description: 'where the code is explained' }),
  title: Type.String(),
  status: Type.Integer(),
  code: oneOf(Object.keys(errorCodes) as ErrorCode[]),
  detail: Type.String({ description: 'what was expected, what was found, what to do next' }),
  instance: Type.String({ description: 'request id, also in the log of the server' }),
  retryable: Type.Boolean(),
  details: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
  ),
});
export type Problem = Static<typeof problemShape>;
