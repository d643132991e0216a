import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Fleet } from '@fettle/model';
import type { AffectedFleet } from './affected.ts';
import type { Disclosure } from './disclosure.ts';
import { disclosureStages, disclosureText } from './disclosure-text.ts';

const devices = {
  total: 3,
  byType: { r1: 3 },
  byCountry: { DE: 2, '': 1 },
  byRelease: new Map(),
  elsewhere: 0,
  running: [],
};
const fleet: AffectedFleet = {
  fleet: { id: 'routers' } as Fleet,
  releases: [],
  devices,
  fix: { ok: false, why: 'No published release is known to be unaffected.' },
};
const disclosure: Disclosure = {
  vulnerability: 'CVE-2026-7',
  at: 0,
  isExploited: false,
  clock: {
    awareAt: 0,
    awareBy: 'operator:ada',
    reason: 'a mail',
    warningBy: 86_400_000,
    notificationBy: 3 * 86_400_000,
    fixAvailableAt: null,
    finalReportBy: null,
  },
  affected: { question: { vulnerability: 'CVE-2026-7' }, knowledge: null, sets: [], fleets: [fleet], unknown: [] },
  unknown: ['Contact.'],
};

it('says in every draft what is due, what is known and what is not, and nothing that is not known', () => {
  const [warning = '', notification = '', final = ''] = disclosureStages.map((stage) =>
    disclosureText(disclosure, stage),
  );
  assert.match(warning, /^DRAFT - Early warning/);
  assert.match(warning, /Due: 1970-01-02T00:00:00.000Z/);
  assert.match(warning, /Actively exploited: not known/);
  assert.match(warning, /Made available in: unknown 1, DE 2/);
  assert.doesNotMatch(warning, /corrective/, 'an early warning has the least');
  assert.match(notification, /Due: 1970-01-04/);
  assert.match(notification, /by type: r1 3/);
  assert.match(final, /Due: not known yet/);
  assert.match(final, /corrective measure: No published release is known to be unaffected\./);
  for (const text of [warning, notification, final]) assert.match(text, /to be filled in:\n {2}- Contact\./);
});
