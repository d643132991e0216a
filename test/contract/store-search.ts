import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileExpression, matches, type Scans, type Survey } from '@fettle/control';
import { type Device, fleetId, limits } from '@fettle/model';
import fc from 'fast-check';
import {
  anyComparison,
  anyCondition,
  anySubject,
  anyVersionCondition,
  lookedAt,
} from '../../packages/control/test/any-expression.ts';
import { acme, deviceOf, fleetOf, type Open, prepare, rival, scopeOf, thermostats } from './store-fixtures.ts';
import { withStore } from './with-store.ts';

/** Devices found by expressions, counted, surveyed; tags and names kept in step with devices. */
export function searches(open: Open): void {
  describe('searches', () => {
    it('finds and counts exactly the devices that the expression selects in memory', () =>
      withStore(open, async ({ store }) => {
        await store.createTenant(acme, 1);
        const scope = scopeOf(acme);
        let round = 0;
        const oneOrTwo = fc.array(fc.oneof(anyComparison, anyCondition, anyVersionCondition), {
          minLength: 1,
          maxLength: 2,
        });
        await fc.assert(
          fc.asyncProperty(
            fc.array(anySubject, { minLength: 20, maxLength: 40 }),
            fc.array(oneOrTwo, { minLength: 20, maxLength: 30 }),
            async (some, texts) => {
              const fleet = fleetId(`round-${++round}`);
              const devices = some.map((one, i) =>
                deviceOf(`${fleet}.${i}`, { ...one, id: deviceOf(`${fleet}.${i}`).id, fleet }),
              );
              await store.transact(scope, async (tx) => {
                await tx.insertFleet(fleetOf(acme, fleet));
                for (const device of devices) await tx.insertDevice(device);
              });
              for (const text of texts.map((parts) => parts.join(' && '))) {
                const compiled = compileExpression(text);
                if (!compiled.ok) continue;
                const expected = devices
                  .filter((device) => matches(compiled.expression, device, lookedAt))
                  .map(({ id }) => id);
                const search = { fleet, expression: text, now: lookedAt };
                assert.deepEqual(await idsOf(store.scans(scope), search, 7), expected.sort(), text);
                assert.equal(await store.scans(scope).countDevices(search), expected.length, text);
              }
            },
          ),
          { numRuns: 25 },
        );
      }));

    it('finds devices by tags as they are now, not as they were', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const find = (expression: string, fleet = thermostats) =>
          idsOf(store.scans(scope), { fleet, expression, now: 0 }, 2);
        const named = (id: string, ring: string) => deviceOf(id, { tags: { ring, site: 'paris' } });
        await store.transact(scope, async (tx) => {
          for (let i = 0; i < 5; i++) await tx.insertDevice(named(`ring-${i}`, i % 2 === 0 ? 'early' : 'late'));
        });
        assert.deepEqual(await find('tag.ring == "early"'), ['ring-0', 'ring-2', 'ring-4']);
        assert.deepEqual(await find('tag.ring in ["late", "early"] && tag.site == "paris"'), [
          'ring-0',
          'ring-1',
          'ring-2',
          'ring-3',
          'ring-4',
        ]);
        const other = fleetId('other');
        await store.transact(scope, async (tx) => {
          await tx.insertFleet(fleetOf(acme, other));
          await tx.updateDevice(named('ring-0', 'late'));
          await tx.updateDevice({ ...named('ring-2', 'early'), fleet: other });
          await tx.deleteDevice(deviceOf('ring-4').id);
        });
        assert.deepEqual(await find('tag.ring == "early"'), []);
        assert.deepEqual(await find('tag.ring == "late"'), ['ring-0', 'ring-1', 'ring-3']);
        assert.deepEqual(await find('tag.ring == "early"', other), ['ring-2']);
        assert.equal(
          await store.scans(scope).countDevices({ fleet: thermostats, expression: 'tag.ring == "late"', now: 0 }),
          3,
        );
        await store.createTenant(rival, 1);
        assert.deepEqual(
          await idsOf(store.scans(scopeOf(rival)), { fleet: other, expression: 'tag.ring == "early"', now: 0 }, 2),
          [],
        );
      }));

    it('chooses by status, too', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.insertDevice(deviceOf('new', { status: 'pending', tags: { ring: 'early' } }));
          await tx.insertDevice(deviceOf('old', { tags: { ring: 'early' } }));
        });
        for (const expression of ['tag.ring == "early"', 'tag.ring.endsWith("ly")', 'has(tag.ring)']) {
          const search = { fleet: thermostats, status: 'pending', expression, now: 0 } as const;
          assert.deepEqual(await idsOf(store.scans(scope), search, 5), ['new'], expression);
          assert.equal(await store.scans(scope).countDevices(search), 1, expression);
        }
      }));

    it('takes expressions as long as they may be', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const fill = (head: string, part: string, tail: string) =>
          `${head}${part.repeat(Math.floor((limits.expressionLength - head.length - tail.length) / part.length))}${tail}`;
        const long = [
          fill('attribute.ram in [', '1,', '512]'),
          fill('tag.site in [', '"",', '"berlin"]'),
          fill('type in [', '"",', '"board-a"]'),
          fill('', 'true&&', 'has(tag.site)'),
          fill('', '"a"in tag||', 'has(tag.site)'),
          fill('', 'attribute.ram>5&&', 'true'),
          fill('', 'true?true:', 'true'),
        ];
        for (const expression of long) {
          const search = { fleet: thermostats, expression, now: 0 };
          assert.equal(await store.scans(scope).countDevices(search), 1, expression.slice(0, 40));
        }
      }));

    it('refuses an expression that cannot be read', () =>
      withStore(open, async ({ store }) => {
        const search = { fleet: thermostats, expression: 'tag.', now: 0 };
        await assert.rejects(store.scans(await prepare(store)).countDevices(search), { code: 'invalid-input' });
      }));

    it('shows every device of the fleet to a survey, once', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const ids = Array.from({ length: 1_203 }, (_, i) => `many-${String(i).padStart(4, '0')}`);
        await store.transact(scope, async (tx) => {
          for (const id of ids)
            await tx.insertDevice(deviceOf(id, { status: id.endsWith('7') ? 'pending' : 'accepted' }));
        });
        const survey = store
          .scans(scope)
          .survey(idSurvey, { fleet: thermostats, status: 'accepted' }, { prefix: 'many-' });
        assert.deepEqual(
          (await survey).sort(),
          ids.filter((id) => !id.endsWith('7')),
        );
      }));

    it('keeps the names and types that accepted devices have had, and no more than it may', () =>
      withStore(open, async ({ store }) => {
        const scope = scopeOf(acme);
        const names = async () =>
          (await store.reads(scope).fleetNames(thermostats)).map((one) => `${one.kind} ${one.name} ${one.type}`);
        const device = (id: string, changes: Partial<Device>) => deviceOf(id, { attributes: {}, tags: {}, ...changes });
        await store.createTenant(acme, 1);
        await store.transact(scope, async (tx) => {
          await tx.insertFleet(fleetOf(acme));
          await tx.insertDevice(device('a', { status: 'pending', attributes: { made: 'up' } }));
          await tx.insertDevice(device('b', { attributes: { ram: 5 }, tags: { ring: 'x' } }));
        });
        assert.deepEqual(await names(), ['attribute ram number', 'tag ring string']);
        await store.transact(scope, async (tx) => {
          await tx.updateDevice(device('a', { attributes: { 'made-up': true } }));
          await tx.updateDevice(device('b', { attributes: { ram: '5 GB' } }));
        });
        const grown = ['attribute made-up boolean', 'attribute ram number', 'attribute ram string', 'tag ring string'];
        assert.deepEqual(await names(), grown);
        await store.transact(scope, async (tx) => {
          for (let i = 0; i * 50 < limits.namesPerFleet + 100; i++) {
            const many = Array.from({ length: 50 }, (_, n) => [`n${i * 50 + n}`, n] as const);
            await tx.updateDevice(device('b', { attributes: Object.fromEntries(many) }));
          }
        });
        assert.equal((await names()).length, limits.namesPerFleet);
      }));
  });
}

const idSurvey: Survey<{ readonly prefix: string }, string[]> = {
  name: 'ids',
  begin({ prefix }) {
    const found: string[] = [];
    return { add: ({ id }) => void (id.startsWith(prefix) && found.push(id)), result: () => found };
  },
};

async function idsOf(scans: Scans, search: Parameters<Scans['countDevices']>[0], limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await scans.devices({ ...search, after, limit });
    found.push(...page.items.map((device) => device.id));
    if (page.next === null) return found;
    after = page.next;
  }
}
