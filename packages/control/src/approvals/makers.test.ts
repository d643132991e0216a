import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditEvent, type AuditVerb, type PersonId, tenantId } from '@fettle/model';
import { erasedValues } from '@fettle/trust';
import type { OperatorToken } from '../ports.ts';
import { doersOf, everybodyBehind, type MakerLooks, makersOf } from './makers.ts';

type Row = readonly [at: number, actor: string, verb: AuditVerb, object: string, reason?: string];

const idOf = (name: string) => `per_${Buffer.from(name).toString('hex').padStart(26, '0')}` as PersonId;
const person = (name: string) => `person:${idOf(name)}`;
const account = (name: string) => `person/${idOf(name)}`;

/** A log of these events; tokens are those whose making is in it, by their name. */
function logOf(rows: readonly Row[], tokens: Readonly<Record<string, string>> = {}): MakerLooks {
  const events = rows.map(([at, actor, verb, object, reason = ''], i): AuditEvent => {
    return { sequence: i + 1, at, actor, verb, object, fleet: null, before: null, after: null, reason };
  });
  return {
    async auditEvents({ object, verbs, limit, after }) {
      const before = after === undefined ? Number.POSITIVE_INFINITY : Number(after);
      const found = events
        .filter((one) => one.object === object && (verbs?.includes(one.verb) ?? true) && one.sequence < before)
        .reverse();
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? String(items.at(-1)?.sequence) : null };
    },
    async operatorTokens() {
      return Object.entries(tokens).map(([id, name]): OperatorToken => {
        const createdAt = events.find((one) => one.object === `token/${id}`)?.at ?? 0;
        const rest = { revokedAt: null, expiresAt: null, only: null, fleets: [] };
        return { id, tenant: tenantId('default'), name, hash: id, permissions: [], createdAt, ...rest };
      });
    },
  };
}

const sorted = (actors: ReadonlySet<string>) => [...actors].sort();

test('behind a token is whoever made it, as far back as it goes, and the first token is nobody', async () => {
  const log = logOf(
    [
      [1, 'server', 'token.created', 'token/a'],
      [2, 'operator:admin', 'token.created', 'token/b'],
      [3, 'operator:desk', 'token.created', 'token/c'],
      [4, person('ada'), 'token.created', 'token/d'],
    ],
    { a: 'admin', b: 'desk', c: 'nightly', d: 'nightly' },
  );
  const behind = async (actor: string, at: number) => sorted(await doersOf(log, [{ actor, at }]));
  assert.deepEqual(await behind('operator:admin', 9), []);
  assert.deepEqual(await behind('server', 9), []);
  assert.deepEqual(await behind('operator:nightly', 3), ['operator:desk', 'operator:nightly']);
  assert.deepEqual(
    await behind('operator:nightly', 9),
    ['operator:desk', 'operator:nightly', person('ada')].sort(),
    'the name was used again',
  );
  assert.deepEqual(await behind('operator:unheard', 9), ['operator:unheard'], 'a token without a record is somebody');
  assert.deepEqual(
    await behind(erasedValues.actor, 9),
    ['operator:desk', erasedValues.actor, person('ada')].sort(),
    'a name that was erased could be any',
  );
});

test('behind a publisher is everybody who had saved it by then', async () => {
  const log = logOf([
    [1, person('ada'), 'publisher.saved', 'publisher/ci'],
    [2, person('bob'), 'publisher.saved', 'publisher/ci'],
    [3, person('eve'), 'publisher.token-issued', 'publisher/ci'],
    [5, person('eve'), 'publisher.saved', 'publisher/ci'],
  ]);
  const found = await doersOf(log, [{ actor: 'publisher:ci', at: 4 }]);
  assert.deepEqual(sorted(found), [person('ada'), person('bob'), 'publisher:ci'].sort());
});

test('behind a person is who chose the password last before they acted, round in a circle too', async () => {
  const log = logOf([
    [1, person('bob'), 'person.created', account('ada')],
    [2, person('ada'), 'person.created', account('bob')],
    [3, person('eve'), 'person.password-reset', account('bob')],
    [4, person('bob'), 'person.password-changed', account('bob')],
  ]);
  const behind = async (at: number) => sorted(await everybodyBehind(log, [{ actor: person('ada'), at }]));
  assert.deepEqual(await behind(9), [person('ada'), person('bob')].sort(), 'bob made ada before eve could act as bob');
  const bob = await everybodyBehind(log, [{ actor: person('bob'), at: 9 }]);
  assert.deepEqual(sorted(bob), [person('bob'), person('eve')].sort());
});

test('behind an approver is who gave the role last; where that was not noted, all who changed the account', async () => {
  const log = logOf([
    [1, person('ada'), 'person.created', account('kim')],
    [2, person('ada'), 'person.role-given', account('kim'), 'qa'],
    [3, person('bob'), 'person.changed', account('kim')],
    [4, person('bob'), 'person.role-given', account('kim'), 'qa'],
    [5, person('eve'), 'person.role-given', account('kim'), 'manager'],
    [6, person('joe'), 'person.password-reset', account('kim')],
  ]);
  const makers = async (role: string) => sorted(await makersOf(log, { person: idOf('kim'), role, now: 9 }));
  assert.deepEqual(await makers('qa'), [person('bob'), person('joe')].sort());
  assert.deepEqual(await makers('manager'), [person('eve'), person('joe')].sort());
  assert.deepEqual(await makers('older'), [person('ada'), person('bob'), person('joe')].sort());
});

test('more accounts than anybody looks through are refused, not let through', async () => {
  const rows = Array.from({ length: 600 }, (_, i): Row => {
    return [i, person(`p${i + 1}`), 'person.created', account(`p${i}`)];
  });
  const chain = everybodyBehind(logOf(rows), [{ actor: person('p0'), at: 9_999 }]);
  assert.equal((await chain).size, 2, 'whoever was made later stood behind nobody before');
  const endless = logOf(rows.map(([, ...rest]): Row => [1, ...rest]));
  await assert.rejects(everybodyBehind(endless, [{ actor: person('p0'), at: 9_999 }]), { code: 'forbidden' });
});
