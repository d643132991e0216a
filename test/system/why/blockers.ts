import type { ComponentName, DeviceType, KeyId, Phase, ReasonCode } from '@fettle/model';
import {
  attempt,
  budget,
  demand,
  hold,
  hour,
  minute,
  neighbour,
  now,
  releaseOf,
  rolloutOf,
  rootfs,
  runs,
  type State,
  say,
} from './state.ts';

/** Something that holds a device back, and the part of the state that it needs for itself. */
export interface Blocker {
  readonly code: ReasonCode;
  readonly how: string;
  /** Two blockers that touch the same part do not go together. */
  readonly touches: readonly string[];
  apply(state: State): void;
}

const blocker = (code: ReasonCode, how: string, touches: string, apply: (state: State) => void): Blocker => ({
  code,
  how,
  touches: touches.split(' '),
  apply,
});

const device = (state: State) => state.device;
const waiting = (phase: Phase): Phase => ({ ...phase, status: 'waiting', bucketLimit: 0, openedAt: null });

/** One way or more for each reason. */
export const blockers: readonly Blocker[] = [
  blocker('up-to-date', 'it runs the release', 'current', (s) => {
    device(s).current = runs(20);
  }),
  blocker('device-pending', 'nobody accepted it', 'status', (s) => {
    device(s).status = 'pending';
  }),
  blocker('device-rejected', 'it was rejected', 'status', (s) => {
    device(s).status = 'rejected';
  }),
  blocker('device-quarantined', 'it is in quarantine', 'status', (s) => {
    device(s).status = 'quarantined';
  }),
  blocker('deployment-open', 'something else is under way', 'open', (s) => {
    neighbour(s, {});
    const [other] = s.deployments.splice(-1);
    if (!other) throw new Error('no deployment was made');
    s.deployments.push({ ...other, device: s.device.id });
    device(s).openDeployment = other.id;
  }),
  blocker('no-release-for-type', 'no artifact is for its type', 'artifacts current', (s) => {
    device(s).type = 'board-b' as DeviceType;
    s.fleet.deviceTypes = [...s.fleet.deviceTypes, 'board-b' as DeviceType];
  }),
  blocker('no-artifact-for-component', 'it runs a component more', 'current', (s) => {
    device(s).current = { ...runs(10), ...{ modem: { ...runs(9)[rootfs] } } } as typeof s.device.current;
  }),
  blocker('hardware-mismatch', 'the release is for another revision', 'artifacts hardware', (s) => {
    say(s, 'hardware-revision', 'A');
    s.release.artifacts = s.release.artifacts.map((one) => ({ ...one, hardware: ['B', 'C'] }));
  }),
  blocker('hardware-mismatch', 'it does not say its revision', 'artifacts hardware', (s) => {
    s.release.artifacts = s.release.artifacts.map((one) => ({ ...one, hardware: ['B', 'C'] }));
  }),
  blocker('protocol-cannot', 'its client takes bundles only', 'artifacts kinds', (s) =>
    say(s, 'artifact-kinds', 'bundle'),
  ),
  blocker('no-space', 'it lacks a byte', 'artifacts space', (s) => say(s, 'free-bytes', 999)),
  blocker('unmet-depends', 'the boot loader is too old', 'requires', (s) => {
    s.release.requires = [{ component: 'boot' as ComponentName, counter: 3 }];
  }),
  blocker('must-pass-through', 'a stepping stone lies between', 'current path', (s) => {
    s.otherReleases.push(releaseOf(s.fleet, s.number, 15, { mustPassThrough: true }));
  }),
  blocker('downgrade-forbidden', 'it runs something newer', 'current path', (s) => {
    device(s).current = runs(30);
  }),
  blocker('below-floor', 'the floor rose', 'floor', (s) => {
    s.fleet.securityFloor = 21;
  }),
  blocker('release-revoked', 'the release was revoked', 'revoked', (s) => {
    s.release.status = 'revoked';
  }),
  blocker('signature-missing', 'the key was taken from the fleet', 'keys', (s) => {
    s.release.signedBy = ['b'.repeat(64) as KeyId];
  }),
  blocker('already-failed-here', 'it failed for good in another rollout', 'attempts', (s) => {
    const other = rolloutOf(s.release, s.number, 1, s.rollout.phases);
    attempt(s, { rollout: other.id, permanent: true });
  }),
  blocker('attempts-exhausted', 'three attempts failed', 'attempts', (s) => {
    attempt(s, { count: 3, lastChangedAt: now - 10 * hour });
  }),
  blocker('backing-off', 'an attempt failed a second ago', 'attempts', (s) => attempt(s, {})),
  blocker('not-in-group', 'it lacks the tag', 'group', (s) => {
    s.groupFilter.text = 'tag.ring == "early"';
  }),
  blocker('excluded', 'the plan leaves its site out', 'exclude', (s) => {
    device(s).tags = { ...device(s).tags, kind: 'kiosk' };
    s.rollout.policy = { ...s.rollout.policy, exclude: 'tag.kind == "kiosk"' };
  }),
  blocker('held-segment', 'its segment is held', 'holds', (s) => {
    device(s).tags = { ...device(s).tags, batch: '7' };
    hold(s, 'tag.batch == "7"');
  }),
  blocker('rollout-not-started', 'the rollout is a draft', 'rollout-status', (s) => {
    s.rollout.status = 'draft';
  }),
  blocker('awaiting-approval', 'nobody approved the draft', 'rollout-status', (s) => {
    s.rollout.status = 'draft';
    s.rollout.policy = { ...s.rollout.policy, approvals: 1 };
  }),
  blocker('awaiting-approval', 'the next phase waits for a person', 'rollout-status phase', (s) => {
    const first: Phase = { ...s.phase, name: 'canary', status: 'passed', bucketLimit: 0, promote: 'manual' };
    s.rollout.phases = [first, waiting(s.phase)];
  }),
  blocker('rollout-paused', 'it is paused', 'rollout-status', (s) => {
    s.rollout.status = 'paused';
  }),
  blocker('rollout-aborted', 'it was aborted', 'rollout-status phase attempts', (s) => {
    s.rollout.status = 'aborted';
  }),
  blocker('gate-failed', 'its gate failed', 'rollout-status phase', (s) => {
    s.rollout.status = 'paused';
    s.rollout.phases = [{ ...s.phase, status: 'failed' }];
  }),
  blocker('phase-not-open', 'its phase is not open', 'rollout-status phase', (s) => {
    s.rollout.phases = [{ ...s.phase, name: 'canary', bucketLimit: 0 }, waiting(s.phase)];
  }),
  blocker('not-in-phase', 'no phase reaches it', 'rollout-status phase', (s) => {
    s.rollout.phases = [{ ...s.phase, size: { share: 1e-12 }, bucketLimit: 1e-12 }];
  }),
  blocker('superseded-by-rollout', 'a newer rollout is first', 'alone', (s) => {
    const newer = releaseOf(s.fleet, s.number, 25);
    s.otherReleases.push(newer);
    s.otherRollouts.push(rolloutOf(newer, s.number, 9, s.rollout.phases));
  }),
  blocker('lower-priority', 'a rollout of higher priority is first', 'alone', (s) => {
    const other = releaseOf(s.fleet, s.number, 25);
    const urgent = rolloutOf(other, s.number, 1, s.rollout.phases);
    s.otherReleases.push(other);
    s.otherRollouts.push({ ...urgent, policy: { ...urgent.policy, priority: 10 } });
  }),
  blocker('no-rollout', 'nothing brings the release', 'alone', (s) => {
    s.exists.rollout = false;
  }),
  blocker('outside-schedule', 'it begins later', 'schedule', (s) => {
    s.rollout.policy = { ...s.rollout.policy, startAt: now + hour };
  }),
  blocker('outside-schedule', 'its time is over', 'schedule', (s) => {
    s.rollout.policy = { ...s.rollout.policy, endAt: now };
  }),
  blocker('outside-window', 'the window opens at night', 'window', (s) => {
    const window = { cron: '0 2 * * *', durationMs: hour, zone: 'Europe/Berlin' };
    s.rollout.policy = { ...s.rollout.policy, windows: [window] };
  }),
  blocker('outside-window', 'it is night at its site only', 'window', (s) => {
    device(s).tags = { ...device(s).tags, 'time-zone': 'Asia/Tokyo' };
    const window = { cron: '0 11 * * *', durationMs: hour, zone: 'site' };
    s.rollout.policy = { ...s.rollout.policy, windows: [window] };
  }),
  blocker('freeze-period', 'the fleet is frozen', 'freeze', (s) => {
    s.fleet.freezes = [{ name: 'sale', from: now - hour, until: now + hour, reason: 'Black Friday' }];
  }),
  blocker('budget-spent', 'the counted phase is full', 'phase counts attempts rollout-status', (s) => {
    s.rollout.phases = [{ ...s.phase, size: { count: 3 } }];
    s.counts.started = 3;
    s.counts.succeeded = 3;
  }),
  blocker('budget-spent', 'too many are unproven', 'counts attempts', (s) => {
    budget(s, { unproven: 2 });
    s.counts.started = 2;
    s.counts.succeeded = 2;
  }),
  blocker('budget-spent', 'the bytes of this hour are used up', 'starts', (s) => {
    budget(s, { bytesPerHour: 1_500 });
    s.starts.push({ minute: Math.floor(now / minute) - 10, devices: 1, bytes: 1_600 });
  }),
  blocker('rate-limited', 'enough started this minute', 'starts', (s) => {
    s.rollout.policy = { ...s.rollout.policy, rate: { kind: 'constant', perMinute: 2 } };
    s.starts.push({ minute: Math.floor(now / minute), devices: 2, bytes: 0 });
  }),
  blocker('too-many-in-flight', 'five are under way', 'counts rollout-status phase', (s) => {
    s.counts.started = 5;
    s.counts.open = 5;
  }),
  blocker('site-limit', 'another of its ward is under way', 'site', (s) => {
    device(s).tags = { ...device(s).tags, site: 'ward-3' };
    budget(s, { perSite: 1 });
    neighbour(s, { site: 'ward-3' });
  }),
  blocker('paired-device-updating', 'its pair is under way', 'pair', (s) => {
    say(s, 'pair', 'door-7');
    neighbour(s, { pair: 'door-7' });
  }),
  blocker('device-not-ready', 'it wants to be left alone', 'ready', (s) => {
    say(s, 'ready', false);
    say(s, 'not-ready-reason', 'calibrating');
  }),
  blocker('in-use', 'somebody uses it', 'use', (s) => say(s, 'in-use', true)),
  blocker('awaiting-consent', 'nobody agreed', 'consent', (s) => demand(s, { consent: true })),
  blocker('awaiting-consent', 'they agreed to another version', 'consent', (s) => {
    demand(s, { consent: true });
    say(s, 'consent', '19.0.0');
  }),
  blocker('battery-low', 'the battery is at 19 %', 'battery', (s) => {
    demand(s, { minBatteryPercent: 20 });
    say(s, 'battery-percent', 19);
  }),
  blocker('wrong-power', 'it runs on its battery', 'power', (s) => {
    demand(s, { mainsPower: true });
    say(s, 'power-source', 'battery');
  }),
  blocker('metered-link', 'its link costs by the byte', 'link', (s) => {
    demand(s, { unmeteredLink: true });
    say(s, 'link-metered', true);
  }),
  blocker('clock-skew', 'its clock is an hour behind', 'clock', (s) => {
    demand(s, { maxClockSkewSeconds: 600 });
    say(s, 'clock-skew-seconds', -3_600);
  }),
  blocker('certificate-expiring', 'its certificate ends in two days', 'certificate', (s) => {
    demand(s, { minCertificateDays: 7 });
    say(s, 'certificate-expires-at', now / 1_000 + 2 * 86_400);
  }),
];

/** Whether blockers can stand side by side, each with its own reason. */
export function goTogether(chosen: readonly Blocker[]): boolean {
  const touched = chosen.flatMap((one) => one.touches);
  if (touched.includes('alone')) return chosen.length === 1;
  return new Set(touched).size === touched.length;
}
