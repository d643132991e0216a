import { Type } from 'typebox';
import { route } from '../route.ts';
import { createdTokenShape, createTokenBody, operatorTokenShape, whoamiShape } from '../shapes/access.ts';
import { listOf, name, oneOf, pageQuery, strict, tokenId } from '../shapes/common.ts';
import { auditEventShape } from '../shapes/device.ts';

export const accessRoutes = {
  whoami: route({
    method: 'GET',
    path: '/api/v1/whoami',
    tag: 'access',
    summary: 'Who the token speaks for, and what it may do',
    bound: true,
    publishing: true,
    statuses: [200],
    answer: whoamiShape,
  }),
  listTokens: route({
    method: 'GET',
    path: '/api/v1/tokens',
    tag: 'access',
    summary: 'Operator tokens of the tenant, without their secrets',
    statuses: [200],
    answer: listOf(operatorTokenShape),
  }),
  createToken: route({
    method: 'POST',
    path: '/api/v1/tokens',
    tag: 'access',
    summary: 'Create an operator token; its text is answered this once',
    body: createTokenBody,
    statuses: [201],
    answer: createdTokenShape,
  }),
  revokeToken: route({
    method: 'DELETE',
    path: '/api/v1/tokens/{token}',
    tag: 'access',
    summary: 'Revoke an operator token',
    params: strict({ token: tokenId }),
    statuses: [204],
  }),
  listAudit: route({
    method: 'GET',
    path: '/api/v1/audit',
    tag: 'audit',
    summary: 'Who did what, to what, when and why',
    query: strict({
      ...pageQuery,
      fleet: Type.Optional(name),
      object: Type.Optional(Type.String({ maxLength: 200, description: 'e.g. `rollout/ID`' })),
      order: Type.Optional(oneOf(['newest', 'oldest'])),
    }),
    statuses: [200],
    answer: listOf(auditEventShape),
  }),
} as const;
