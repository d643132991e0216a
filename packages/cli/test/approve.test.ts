import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { approvalPredicate } from '@fettle/model';
import { encodeStatement, generateKeyPem } from '@fettle/trust';
import { startFakeServer } from './fake-server.ts';
import { openTerminal } from './terminal.ts';

const words = { meaning: 'tested', reason: 'report 17', role: 'qa', method: 'key' };
const secrets = { gate: 'secrets', verdict: 'fail', why: 'Found 1 secret', waived: 2 };
const asked = {
  ...words,
  release: { fleet: 'pumps', version: '2.0.0', counter: 2, id: 'rel_1' },
  shown: [{ stage: 'production', verdict: 'fail', gates: [secrets] }],
};
const waiver = {
  fleet: 'pumps',
  gate: 'secrets',
  rule: 'private-key-pem',
  author: 'ada',
  issuedAt: '2026-11-01T10:00:00.000Z',
  expiresAt: '2027-11-01T10:00:00.000Z',
};

/** What a server drafts, and whether the person's key is then put under it. */
const rows: readonly (readonly [string, string, Readonly<Record<string, unknown>>, boolean])[] = [
  ['what was asked for', approvalPredicate, asked, true],
  ['a waiver', 'https://fettle.dev/waiver/v1', { ...asked, ...waiver }, false],
  ['another meaning', approvalPredicate, { ...asked, meaning: 'released' }, false],
  ['another reason', approvalPredicate, { ...asked, reason: 'all is well' }, false],
  ['another role', approvalPredicate, { ...asked, role: 'manager' }, false],
  ['another release', approvalPredicate, { ...asked, release: { ...asked.release, version: '2.0.1' } }, false],
];

for (const [what, predicateType, predicate, isSigned] of rows) {
  test(`release approve signs a draft only as asked for: ${what}`, async () => {
    const subject = [{ name: 'pumps/2.0.0/manifest', sha256: 'a'.repeat(64) }];
    const statement = Buffer.from(encodeStatement({ subject, predicateType, predicate })).toString();
    const server = await startFakeServer({ draftApproval: () => ({ statement }) });
    const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'pumps' });
    try {
      const key = join(terminal.home, 'me.key');
      await writeFile(key, generateKeyPem().privateKeyPem, { mode: 0o600 });
      const line = ['release', 'approve', '2.0.0', '--meaning', 'tested', '--reason', 'report 17', '--role', 'qa'];
      const { err } = await terminal.type([...line, '--key', key]);
      const sent = server.calls.find(({ route }) => route === 'approveRelease');
      assert.equal(sent !== undefined, isSigned, err);
      if (isSigned) {
        assert.match(err, new RegExp(`type +${approvalPredicate}`));
        assert.match(err, /release +fleet pumps, version 2.0.0, counter 2/);
        assert.match(err, /production +fail\n +secrets +fail +2 +Found 1 secret\n/);
        assert.match(err, /The gates do not clear it for production/);
      } else assert.match(err, /drafted another statement than was asked for: nothing was signed/);
    } finally {
      await terminal.leave();
      await server.close();
    }
  });
}
