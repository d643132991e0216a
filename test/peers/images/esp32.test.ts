import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testKey } from '../../../packages/images/test/keys.ts';
import { esp32Sample } from '../../../packages/images/test/samples.ts';
import { need } from '../need.ts';
import { derOf, opensslVerifies } from './openssl.ts';
import { workFolder } from './work-folder.ts';

// The test images' signatures are read here by the documented offsets alone, and judged by openssl.
const folder = workFolder();
const layouts = {
  rsa3072: { form: 'pss-sha256', at: 812, length: 384 },
  p256: { form: 'ecdsa-sha256', at: 101, length: 32 },
  p384: { form: 'ecdsa-sha384', at: 149, length: 48 },
} as const;

if (need('Secure Boot v2 signatures by openssl', ['openssl'])) {
  for (const kind of ['rsa3072', 'p256', 'p384'] as const) {
    test(`openssl verifies the Secure Boot signature that we call good for ${kind}`, () => {
      const { bytes } = esp32Sample(kind);
      const [message, block] = [bytes.subarray(0, -4096), bytes.subarray(-4096)];
      const { form, at, length } = layouts[kind];
      const big = (offset: number) => Buffer.from(block.subarray(offset, offset + length)).reverse();
      const signature = kind === 'rsa3072' ? big(at) : derOf(big(at), big(at + length));
      const key = testKey(kind).publicKey;
      assert.equal(opensslVerifies(folder, form, { key, message, signature }), true);
      const other = Buffer.concat([message.subarray(1), Buffer.from([0])]);
      assert.equal(opensslVerifies(folder, form, { key, message: other, signature }), false);
    });
  }
}
