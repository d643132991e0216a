import assert from 'node:assert/strict';
import test from 'node:test';
import type { Device, DeviceAttempt } from '@fettle/model';
import { deploymentNumber, releaseNumber, rolloutNumber, running, sampleDevice } from '../../../test/samples.ts';
import { rememberTraits, traitsAtOffer as traitsAt } from './traits.ts';

const attempt: DeviceAttempt = {
  rollout: rolloutNumber(1),
  release: releaseNumber(2),
  deployment: deploymentNumber(1),
  count: 1,
  lastStatus: 'offered',
  permanent: false,
  lastChangedAt: 0,
  counterBefore: 1,
};

const traitsAtOffer = (device: Device) => traitsAt(device, attempt.rollout);
const offered = sampleDevice({
  attributes: { hw: 'C', kernel: '5.10', health: 'good', site: 'north' },
  tags: { customer: 'acme' },
  attempts: [attempt],
});
const change = (device: Device, changes: Partial<Device>) => rememberTraits(device, { ...device, ...changes });

test('the traits of a device are its type, place, attributes, tags and what it runs', () => {
  assert.deepEqual(traitsAtOffer(offered), {
    type: 'board-a',
    site: 'north',
    'attribute.hw': 'C',
    'attribute.kernel': '5.10',
    'attribute.health': 'good',
    'tag.customer': 'acme',
    'version.rootfs': '1.0.0',
  });
});

test('what a device became after the offer is none of its traits', () => {
  const updated = change(offered, {
    attributes: { hw: 'C', kernel: '6.1', health: 'bad', boots: 3 },
    tags: { customer: 'acme', broken: 'yes' },
    current: running(2),
  });
  assert.deepEqual(traitsAtOffer(updated), traitsAtOffer(offered));
  const later = change(updated, {
    attributes: { hw: 'D', kernel: '6.2', health: 'good', boots: 4 },
    current: running(3),
  });
  assert.deepEqual(traitsAtOffer(later), traitsAtOffer(offered));
});

test('traits lead back through newer attempts to the time of an older one', () => {
  const updated = change(offered, { attributes: { hw: 'C', kernel: '6.1' } });
  const newer = { ...attempt, rollout: rolloutNumber(2), deployment: deploymentNumber(2) };
  const back = { ...updated, attempts: [newer, ...updated.attempts] };
  const changed = change(back, { attributes: { hw: 'C', kernel: '5.10', health: 'bad' } });
  assert.equal(traitsAt(changed, rolloutNumber(2))['attribute.kernel'], '6.1');
  assert.deepEqual(traitsAt(changed, rolloutNumber(1)), traitsAtOffer(offered));
});

test('a device without any attempt remembers nothing', () => {
  const fresh = sampleDevice({ attributes: { hw: 'C' } });
  const told = { ...fresh, attributes: { hw: 'D' } };
  assert.equal(rememberTraits(fresh, told), told);
});

test('what is remembered is bounded, and what is not remembered is no trait', () => {
  const many = (value: string) => Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`a${i}`, `${value}${i}`]));
  const device = { ...offered, attributes: many('x'), tags: { note: 'n'.repeat(200) } };
  const changed = change(device, { attributes: many('y'), tags: { note: 'short' } });
  const [newest] = changed.attempts;
  const kept = Object.values(newest?.traitsBefore ?? {}).filter((value) => value !== null);
  assert.equal(kept.length, 16);
  const traits = traitsAtOffer(changed);
  assert.equal(
    Object.values(traits).some((value) => String(value).startsWith('y')),
    false,
  );
  assert.equal('tag.note' in traits, false);
});
