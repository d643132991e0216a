import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AuditEventView, DeploymentView, DeviceView, ReleaseView, ReportView, RolloutView } from '@fettle/api';
import type { LedgerEntry } from '@fettle/simulator';
import { judge } from './crash/judge.ts';
import type { ServerRecord } from './crash/record.ts';

/** A small record that is all right, open to spoiling. */
function soundCase() {
  const phase = { name: 'all', maxInFlight: 1, counts: { open: 0, succeeded: 1, failed: 1, neutral: 0 } };
  const record = {
    devices: new Map([
      ['d-1', { id: 'd-1', type: 'a', openDeployment: null }],
      ['d-2', { id: 'd-2', type: 'a', openDeployment: null }],
    ]) as Map<string, Spoilable<DeviceView>>,
    rollouts: new Map([['rol_1', { id: 'rol_1', phases: [phase] }]]) as unknown as Map<string, Spoilable<RolloutView>>,
    releases: new Map([['rel_1', { id: 'rel_1', counter: 5, artifacts: [{ deviceType: 'a' }] }]]) as unknown as Map<
      string,
      Spoilable<ReleaseView>
    >,
    deployments: new Map([
      ['dep_1', deployment('dep_1', 'd-1', 'succeeded')],
      ['dep_2', deployment('dep_2', 'd-2', 'rolledBack')],
    ]),
    reports: new Map([
      ['dep_1', [{ sequence: 1, status: 'succeeded' }]],
      ['dep_2', [{ sequence: 1, status: 'rolledBack' }]],
    ]) as unknown as Map<string, ReportView[]>,
    audit: [
      event('rollout.phase-opened', 'rollout/rol_1', 'all: 2 devices'),
      event('deployment.offered', 'deployment/dep_1', 'd-1: release 1'),
      event('deployment.ended', 'deployment/dep_1', 'd-1: succeeded'),
      event('deployment.offered', 'deployment/dep_2', 'd-2: release 1'),
      event('deployment.ended', 'deployment/dep_2', 'd-2: rolledBack (health)'),
    ],
  };
  const ledger = [entry('dep_1', 'd-1', 'succeeded'), entry('dep_2', 'd-2', 'rolledBack')];
  const violations: { kind: 'violation'; at: number; device: string; code: 'wrong-type'; message: string }[] = [];
  const abortedAt = new Map<string, number>();
  return { record, ledger, violations, abortedAt, floor: 0 };
}

type Spoilable<T> = { -readonly [K in keyof T]: T[K] };
type Case = ReturnType<typeof soundCase>;

function deployment(id: string, device: string, status: DeploymentView['status']): Spoilable<DeploymentView> {
  const row = { id, device, status, rollout: 'rol_1', release: 'rel_1', deadlineAt: null };
  return row as Spoilable<DeploymentView>;
}

function entry(id: string, device: string, status: 'succeeded' | 'rolledBack'): Spoilable<LedgerEntry> {
  const acknowledged = [{ sequence: 1, status }];
  return { deployment: id, device, version: '1', counter: 5, askedAt: 100, deed: status, acknowledged };
}

function event(verb: AuditEventView['verb'], object: string, reason: string) {
  return { verb, object, reason };
}

function verdict({ record, ledger, violations, abortedAt, floor }: Case): string[] {
  const audit = record.audit.map((one, index) => ({ ...one, sequence: index + 1 }));
  const whole = { ...record, audit } as unknown as ServerRecord;
  return judge(whole, [{ ledger: () => ledger, violations: () => violations }], { abortedAt, floor });
}

const spoiled: readonly { readonly name: string; readonly spoil: (one: Case) => void; readonly finds: RegExp }[] = [
  {
    name: 'an acknowledged report that is not on record',
    spoil: ({ record }) => record.reports.set('dep_1', []),
    finds: /acknowledged report 1 \(succeeded\) is lost/,
  },
  {
    name: 'a report on record with another status',
    spoil: ({ record }) => record.reports.set('dep_1', [{ sequence: 1, status: 'failed' } as ReportView]),
    finds: /acknowledged report 1 \(succeeded\) is failed/,
  },
  {
    name: 'an end that is not what the device did',
    spoil: ({ ledger: [first] }) => Object.assign(first ?? {}, { deed: 'failed' }),
    finds: /was failed, on record as succeeded/,
  },
  {
    name: 'a deployment that a device is still at',
    spoil: ({ ledger: [first] }) => Object.assign(first ?? {}, { deed: null }),
    finds: /still under way/,
  },
  {
    name: 'a deployment that the server forgot',
    spoil: ({ record }) => record.deployments.delete('dep_1'),
    finds: /dep_1 is not on record/,
  },
  {
    name: 'a deployment that no device ever had',
    spoil: ({ record }) => record.deployments.set('dep_3', deployment('dep_3', 'd-1', 'succeeded')),
    finds: /dep_3 is on record, but no device ever had it/,
  },
  {
    name: 'a deployment that stays open',
    spoil: ({ record }) => record.deployments.set('dep_1', deployment('dep_1', 'd-1', 'checking')),
    finds: /dep_1 is stuck in checking/,
  },
  {
    name: 'a device with something open',
    spoil: ({ record }) => Object.assign(record.devices.get('d-1') ?? {}, { openDeployment: 'dep_1' }),
    finds: /d-1 has dep_1 open/,
  },
  {
    name: 'counts that do not add up',
    spoil: ({ record }) => Object.assign(record.rollouts.get('rol_1')?.phases[0]?.counts ?? {}, { open: 1, failed: 0 }),
    finds: /counts 1 open(.|\n)*counts 1 ends of 2 devices/,
  },
  {
    name: 'a release for another device type',
    spoil: ({ record }) => Object.assign(record.devices.get('d-1') ?? {}, { type: 'b' }),
    finds: /d-1 of type b was given dep_1/,
  },
  {
    name: 'a deployment given to two devices',
    spoil: ({ ledger }) => void ledger.push({ ...entry('dep_1', 'd-2', 'succeeded') }),
    finds: /d-2 was given dep_1, which is d-1's/,
  },
  {
    name: 'more open deployments than the budget',
    spoil: ({ record: { audit } }) => void audit.splice(2, 0, ...audit.splice(3, 1)),
    finds: /2 open in rol_1, at most 1 may be/,
  },
  {
    name: 'two deployments of one device at once',
    spoil: ({ record }) => {
      Object.assign(record.deployments.get('dep_2') ?? {}, { device: 'd-1' });
      record.audit.splice(2, 0, ...record.audit.splice(3, 1));
    },
    finds: /d-1 has dep_1 open already/,
  },
  {
    name: 'an audit event of a deployment that is not on record',
    spoil: ({ record: { audit } }) => void audit.push(event('deployment.ended', 'deployment/dep_9', 'd-1: failed')),
    finds: /Event 6 names an unknown dep_9/,
  },
  {
    name: 'an offer before any phase was open',
    spoil: ({ record: { audit } }) => void audit.shift(),
    finds: /1 open in rol_1, at most 0 may be/,
  },
  {
    name: 'an offer after the abort in the audit log',
    spoil: ({ record: { audit } }) => void audit.splice(3, 0, event('rollout.aborted', 'rollout/rol_1', 'test')),
    finds: /dep_2 was offered after rol_1 was aborted/,
  },
  {
    name: 'an offer to a device that asked after the abort was answered',
    spoil: ({ abortedAt }) => void abortedAt.set('rol_1', 90),
    finds: /offered dep_1 10 ms after rol_1 was aborted/,
  },
  {
    name: 'an offer below the floor',
    spoil: (one) => {
      one.floor = 6;
      one.record.audit.splice(3, 0, event('fleet.changed', 'fleet/f', 'floor'));
    },
    finds: /dep_2 is below the floor 6/,
  },
  {
    name: 'two ends that do not follow from each other',
    spoil: ({ record: { audit } }) => void audit.push(event('deployment.ended', 'deployment/dep_2', 'd-2: succeeded')),
    finds: /dep_2 ended as rolledBack, then as succeeded/,
  },
  {
    name: 'an end without an audit event',
    spoil: ({ record: { audit } }) => void audit.pop(),
    finds: /dep_2 is rolledBack, the audit log says nothing/,
  },
  {
    name: 'a promise that a device saw broken',
    spoil: ({ violations }) =>
      void violations.push({ kind: 'violation', at: 1, device: 'd-1', code: 'wrong-type', message: 'no' }),
    finds: /A device saw: .*wrong-type/,
  },
];

describe('the judge of a server that was killed', () => {
  it('finds nothing wrong with a sound record', () => {
    assert.deepEqual(verdict(soundCase()), []);
  });

  for (const { name, spoil, finds } of spoiled) {
    it(`finds ${name}`, () => {
      const one = soundCase();
      spoil(one);
      assert.match(verdict(one).join('\n'), finds);
    });
  }
});
