import { type Static, Type } from 'typebox';
import { count, instant, oneOf } from './common.ts';

export const auditLogShape = Type.Object({
  number: count,
  origin: Type.String({ description: 'the name of the log' }),
  vkey: Type.String({ description: 'C2SP verifier key of its checkpoints' }),
  base: Type.Integer({ minimum: 0, description: 'entry 0 is the event with the next number' }),
  beganAt: instant,
});
export const auditSaltShape = Type.Object({
  sequence: count,
  field: oneOf(['actor', 'reason']),
  salt: Type.String({ description: '32 bytes, hexadecimal; the commitment is SHA-256 of salt and value' }),
});
export const auditProofShape = Type.Object({
  entry: Type.String({ description: 'the entry of the log, byte for byte' }),
  salts: Type.Array(auditSaltShape),
  proof: Type.String({ description: 'a `.tlog-proof` file' }),
});

export type AuditLogView = Static<typeof auditLogShape>;
export type AuditSaltView = Static<typeof auditSaltShape>;
export type AuditProofView = Static<typeof auditProofShape>;
