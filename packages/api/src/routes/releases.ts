import { limits } from '@fettle/model';
import { route } from '../route.ts';
import { listOf, name, pageQuery, strict, tokenId, versionText } from '../shapes/common.ts';
import {
  appendedShape,
  beginUploadBody,
  nextCounterShape,
  publishBody,
  publishedShape,
  releaseShape,
  revokeBody,
  signedReleaseShape,
  uploadShape,
} from '../shapes/release.ts';

const fleet = strict({ fleet: name });
const upload = strict({ upload: tokenId });
const release = strict({ fleet: name, version: versionText });

export const releaseRoutes = {
  beginUpload: route({
    method: 'POST',
    path: '/api/v1/uploads',
    tag: 'releases',
    summary: 'Begin or find the upload of an artifact; 200 when nothing has to be sent',
    body: beginUploadBody,
    bound: true,
    publishing: true,
    statuses: [201, 200],
    answer: uploadShape,
  }),
  getUpload: route({
    method: 'GET',
    path: '/api/v1/uploads/{upload}',
    tag: 'releases',
    summary: 'How far an upload has come; also in the header Upload-Offset',
    params: upload,
    bound: true,
    publishing: true,
    statuses: [200],
    answer: uploadShape,
  }),
  appendUpload: route({
    method: 'PATCH',
    path: '/api/v1/uploads/{upload}',
    tag: 'releases',
    summary:
      'Send bytes from the header Upload-Offset on (application/offset+octet-stream); what arrived is kept if the connection breaks',
    params: upload,
    bytes: true,
    bound: true,
    publishing: true,
    statuses: [200],
    answer: appendedShape,
  }),
  listReleases: route({
    method: 'GET',
    path: '/api/v1/fleets/{fleet}/releases',
    tag: 'releases',
    summary: 'Releases of the fleet, newest first',
    params: fleet,
    query: strict(pageQuery),
    publishing: true,
    statuses: [200],
    answer: listOf(releaseShape),
  }),
  publishRelease: route({
    method: 'POST',
    path: '/api/v1/fleets/{fleet}/releases',
    tag: 'releases',
    summary: 'Publish what a key of the fleet has signed; 200 when the very same release is published already',
    params: fleet,
    body: publishBody,
    // A whole file, in which JSON escapes every quotation mark.
    bodyBytes: limits.trustFileBytes * 2,
    publishing: true,
    statuses: [201, 200],
    answer: publishedShape,
  }),
  nextCounter: route({
    method: 'GET',
    path: '/api/v1/fleets/{fleet}/next-counter',
    tag: 'releases',
    summary: 'The release counter that the next manifest should carry',
    params: fleet,
    publishing: true,
    statuses: [200],
    answer: nextCounterShape,
  }),
  getRelease: route({
    method: 'GET',
    path: '/api/v1/fleets/{fleet}/releases/{version}',
    tag: 'releases',
    summary: 'One release with its signed envelope',
    params: release,
    publishing: true,
    statuses: [200],
    answer: signedReleaseShape,
  }),
  revokeRelease: route({
    method: 'POST',
    path: '/api/v1/fleets/{fleet}/releases/{version}/revoke',
    tag: 'releases',
    summary: 'Never offer this release again',
    params: release,
    body: revokeBody,
    statuses: [200],
    answer: releaseShape,
  }),
} as const;
