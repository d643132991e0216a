import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Check } from 'typebox/schema';
import { planFileSchema } from './plan-file.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly description?: string;
  readonly pattern?: string;
  readonly const?: unknown;
}
const schema = planFileSchema() as Node;
const at = (...path: readonly string[]): Node =>
  path.reduce<Node>((node, name) => (name === '[]' ? node.items : node.properties?.[name]) ?? {}, schema);

test('the schema of plan files names fields as people write them, and refuses others', () => {
  assert.ok(at('phases', '[]').properties?.minSoak);
  assert.equal(at('phases', '[]').properties?.minSoakMs, undefined);
  assert.ok(at('windows', '[]').properties?.duration);
  assert.ok(at('retryBackoff').anyOf);
  assert.equal(JSON.stringify(schema).includes('"additionalProperties":false'), true);
});

test('what belongs to the policy stands beside the phases', () => {
  for (const name of ['preset', 'phases', 'windows', 'rate', 'budgets', 'gate', 'startAt']) {
    assert.notDeepEqual(at(name), {}, name);
  }
});

test('only what has no default must be given', () => {
  assert.deepEqual(at('phases', '[]').required, ['name', 'size']);
  assert.deepEqual(at('windows', '[]').required, ['cron', 'duration']);
  assert.deepEqual(schema.anyOf, [{ required: ['preset'] }, { required: ['phases'] }]);
});

test('shares and counts may be written bare, and every field of the top says what it is for', () => {
  assert.equal(at('phases', '[]', 'size').anyOf?.length, 5);
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    assert.ok(field.description ?? field.properties, name);
  }
});

const phases = [{ name: 'all', size: '5 %' }];

test('the schema accepts plans as people write them', () => {
  const plans = [
    { preset: 'safe' },
    { phases },
    { phases: [{ name: 'canary', size: 300, minSoak: '1h', failureThreshold: '2%', promote: 'manual' }] },
    { phases: [{ name: 'canary', size: { group: 'berlin' }, failureThreshold: { count: 0 }, successShare: 0.8 }] },
    { phases, rate: 10, gate: 'fixed', startAt: '2026-12-01 02:00 Europe/Berlin', endAt: '2026-12-24T00:00:00Z' },
    { phases, rate: 'none', gate: { observe: '45m', metrics: [{ name: 'crashes' }] } },
    { phases, rate: { basePerMinute: 10, factor: 2, everySucceeded: 500, mostPerMinute: 200 } },
    {
      preset: 'fast',
      windows: [{ cron: '0 2 * * *', duration: '3h' }],
      budgets: { bytesPerHour: '20 GB', perSite: null },
    },
  ];
  for (const plan of plans) assert.equal(Check(planFileSchema(), plan), true, JSON.stringify(plan));
});

test('the schema refuses what is no plan', () => {
  const others = [
    {},
    [],
    { preset: 'bold' },
    { phases, colour: 'red' },
    { phases: [{ name: 'all' }] },
    { phases: [{ name: 'all', size: '5 percent' }] },
    { phases, retryBackoff: 'soon' },
    { phases, windows: [{ cron: '0 2 * * *' }] },
    { phases, gate: 'strict' },
    { phases, startAt: 'tomorrow' },
  ];
  for (const plan of others) assert.equal(Check(planFileSchema(), plan), false, JSON.stringify(plan));
});
