import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signAwsRequest } from './sign-request.ts';

// The example that AWS publishes with Signature Version 4: key, time, scope and the resulting signatures.
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const scope = { region: 'us-east-1', service: 'service', now: new Date('2015-08-30T12:36:00Z') };
const request = { host: 'example.amazonaws.com', path: '/', headers: {}, body: '' };

test('a request is signed as the published example is', () => {
  const get = signAwsRequest({ ...request, method: 'GET' }, credentials, scope);
  assert.equal(
    get.authorization,
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  );
  const post = signAwsRequest({ ...request, method: 'POST' }, credentials, scope);
  assert.match(post.authorization ?? '', /Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b$/);
});

test('every header is signed, the token of a session too', () => {
  const headers = { 'x-amz-target': 'TrentService.Sign', 'content-type': 'application/x-amz-json-1.1' };
  const signed = signAwsRequest(
    { ...request, method: 'POST', headers },
    { ...credentials, sessionToken: 'session' },
    scope,
  );
  assert.equal(signed['x-amz-security-token'], 'session');
  assert.match(
    signed.authorization ?? '',
    /SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,/,
  );
});
