import { Type } from 'typebox';
import { route } from '../route.ts';
import { auditLogShape, auditProofShape, auditSaltShape } from '../shapes/audit.ts';
import { listOf, pageQuery, reasonText, strict } from '../shapes/common.ts';

// Numbers in paths and queries come as text.
const eventNumber = Type.String({ pattern: '^[1-9]\\d{0,14}$', description: 'number of the event' });
const mustTell = strict({ reason: Type.String({ ...reasonText, minLength: 1 }) });

export const auditRoutes = {
  auditLogs: route({
    method: 'GET',
    path: '/api/v1/audit/logs',
    tag: 'audit',
    summary: 'The Merkle logs over the audit events, oldest first; only the newest grows',
    statuses: [200],
    answer: listOf(auditLogShape),
  }),
  auditProof: route({
    method: 'GET',
    path: '/api/v1/audit/proof',
    tag: 'audit',
    summary: 'Proof that an event is in the log: entry, salts and a `.tlog-proof` file',
    query: strict({ event: eventNumber }),
    statuses: [200],
    answer: auditProofShape,
  }),
  auditSalts: route({
    method: 'GET',
    path: '/api/v1/audit/salts',
    tag: 'audit',
    summary: 'What opens the commitments of the log, by event; what was erased is not there',
    query: strict(pageQuery),
    statuses: [200],
    answer: listOf(auditSaltShape),
  }),
  eraseAuditTexts: route({
    method: 'POST',
    path: '/api/v1/audit/events/{event}/erase',
    tag: 'audit',
    summary: 'Erase the name and the free text of an event for good; proofs stay valid',
    params: strict({ event: eventNumber }),
    body: mustTell,
    statuses: [204],
  }),
  restartAuditLog: route({
    method: 'POST',
    path: '/api/v1/audit/restart',
    tag: 'audit',
    summary: 'Begin a new log where the old one cannot go on: after a restored backup, or with a lost key',
    body: mustTell,
    statuses: [201],
    answer: auditLogShape,
  }),
} as const;
