import { approvalMethods, limits, stages } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { count, digestText, instant, madeId, nullable, oneOf, reasonText, strict } from './common.ts';

const word = Type.String({ minLength: 1, maxLength: 64 });
const reason = Type.String({
  minLength: 1,
  maxLength: 500,
  description: 'what was done or seen; part of what is signed',
});
const statement = Type.String({ maxLength: limits.envelopeBytes, description: 'as it was drafted, byte for byte' });

export const approvalShape = Type.Object({
  meaning: Type.String(),
  role: Type.String(),
  person: Type.String(),
  fullName: Type.String(),
  reason: Type.String(),
  at: instant,
  method: oneOf(approvalMethods),
  manifest: digestText,
  check: nullable(madeId),
  evidence: digestText,
  judged: nullable(digestText),
});
export const approvalStandingShape = Type.Object({
  manifest: digestText,
  check: nullable(madeId),
  approvals: Type.Array(
    Type.Object({
      ...approvalShape.properties,
      counts: Type.Boolean({ description: 'for every stage that asks for it, for rollouts that start from now on' }),
      void: Type.Array(
        Type.Object({
          stage: oneOf(stages),
          why: Type.String({ description: 'what is worse than it was shown' }),
          since: nullable(instant),
          sparesStarted: Type.Boolean({ description: 'true: rollouts that had started by then go on' }),
        }),
      ),
    }),
  ),
  stages: Type.Array(
    Type.Object({
      stage: oneOf(stages),
      missing: Type.Array(Type.Object({ meaning: Type.String(), role: Type.String(), count, found: count })),
    }),
  ),
});
export const draftApprovalBody = strict({
  meaning: word,
  role: Type.Optional(word),
  reason,
  method: oneOf(approvalMethods),
});
export const draftedApprovalShape = Type.Object({ statement });
export const approveReleaseBody = strict({
  statement,
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  envelope: Type.Optional(
    Type.String({ maxLength: limits.envelopeBytes, description: 'DSSE envelope by the key that you registered' }),
  ),
});
export const withdrawApprovalBody = strict({ meaning: word, reason: reasonText });

export type ApprovalView = Static<typeof approvalShape>;
export type ApprovalStandingView = Static<typeof approvalStandingShape>;
