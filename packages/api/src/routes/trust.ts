import { limits } from '@fettle/model';
import { Type } from 'typebox';
import { route } from '../route.ts';
import { listOf, madeId, pageQuery, reasonText, strict } from '../shapes/common.ts';
import {
  metadataParams,
  publishChangeBody,
  requestChangeBody,
  signChangeBody,
  signedTrustChangeShape,
  trustChangeShape,
  trustFileShape,
  trustStateShape,
} from '../shapes/trust.ts';

const change = strict({ change: madeId });

export const trustRoutes = {
  trustState: route({
    method: 'GET',
    path: '/api/v1/trust',
    tag: 'trust',
    summary: 'What stands in image repository and director, who signs for what and until when',
    statuses: [200],
    answer: trustStateShape,
  }),
  trustMetadata: route({
    method: 'GET',
    path: '/api/v1/trust/metadata/{repository}/{name}',
    tag: 'trust',
    summary: 'Any metadata file that was ever published',
    params: metadataParams,
    statuses: [200],
    answer: trustFileShape,
  }),
  requestTrustChange: route({
    method: 'POST',
    path: '/api/v1/trust/changes',
    tag: 'trust',
    summary: 'Stage the next file of a role that people sign; it gathers signatures for 14 days',
    body: requestChangeBody,
    // A whole file, in base64 and JSON.
    bodyBytes: limits.trustFileBytes * 2,
    statuses: [201],
    answer: trustChangeShape,
  }),
  listTrustChanges: route({
    method: 'GET',
    path: '/api/v1/trust/changes',
    tag: 'trust',
    summary: 'Changes, newest first',
    query: strict(pageQuery),
    statuses: [200],
    answer: listOf(trustChangeShape),
  }),
  getTrustChange: route({
    method: 'GET',
    path: '/api/v1/trust/changes/{change}',
    tag: 'trust',
    summary: 'A change with what is to be signed, and who has signed it',
    params: change,
    statuses: [200],
    answer: signedTrustChangeShape,
  }),
  signTrustChange: route({
    method: 'POST',
    path: '/api/v1/trust/changes/{change}/signatures',
    tag: 'trust',
    summary: 'Add a signature of a key of the role, as it was or as it will be; it is verified here',
    params: change,
    body: signChangeBody,
    statuses: [200],
    answer: signedTrustChangeShape,
  }),
  publishTrustChange: route({
    method: 'POST',
    path: '/api/v1/trust/changes/{change}/publish',
    tag: 'trust',
    summary: 'Publish a change that has its signatures, with a new snapshot and timestamp, all or nothing',
    params: change,
    body: publishChangeBody,
    statuses: [200],
    answer: trustChangeShape,
  }),
  withdrawTrustChange: route({
    method: 'DELETE',
    path: '/api/v1/trust/changes/{change}',
    tag: 'trust',
    summary: 'Give a change up',
    params: change,
    query: strict({ reason: Type.Optional(reasonText) }),
    statuses: [204],
  }),
} as const;
