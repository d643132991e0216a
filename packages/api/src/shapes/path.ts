import { reasonTable } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { count, madeId, oneOf, strict, versionText } from './common.ts';

const codes = Object.keys(reasonTable) as (keyof typeof reasonTable)[];

export const releasePathShape = Type.Union([
  strict({
    ok: Type.Literal(true),
    steps: Type.Array(strict({ id: madeId, version: versionText, counter: count }), {
      description: 'what to install, in this order; none when the device runs the release already',
    }),
  }),
  strict({ ok: Type.Literal(false), code: oneOf(codes), why: Type.String() }),
]);

export type ReleasePathView = Static<typeof releasePathShape>;
