import { placeOf, said } from '@fettle/model';
import type { Case } from '../context.ts';
import type { Finding } from '../reason.ts';

const day = 86_400_000;

/** What the device says of its own readiness; what it does not say holds it back only where consent is asked for. */
export function* readinessFindings({ device, context, now }: Case): Generator<Finding> {
  const { demands } = context.rollout.policy;
  if (said(device, 'ready') === false) {
    const evidence = { because: said(device, 'not-ready-reason') ?? null };
    yield { code: 'device-not-ready', evidence, remedy: 'Wait until the device says that it is ready.' };
  }
  const problem = said(device, 'readiness.problem');
  if (problem !== undefined) {
    const remedy = 'Mend what asks the device for its readiness: until then nobody knows whether it may.';
    yield { code: 'device-not-ready', evidence: { because: 'readiness unknown', problem }, remedy };
  }
  if (demands.notInUse && said(device, 'in-use') === true) {
    yield { code: 'in-use', evidence: { inUse: true }, remedy: 'Wait until nobody uses the device.' };
  }
  const consent = said(device, 'consent');
  if (demands.consent && consent !== 'any' && consent !== context.release.version) {
    const evidence = { consent: consent ?? null, version: context.release.version };
    yield { code: 'awaiting-consent', evidence, remedy: 'Agree at the device.' };
  }
  yield* powerFindings(device, demands);
  if (demands.unmeteredLink && said(device, 'link-metered') === true) {
    yield { code: 'metered-link', evidence: { metered: true }, remedy: 'Connect the device without metering.' };
  }
  const skew = said(device, 'clock-skew-seconds');
  if (
    demands.maxClockSkewSeconds !== null &&
    typeof skew === 'number' &&
    Math.abs(skew) > demands.maxClockSkewSeconds
  ) {
    const evidence = { skewSeconds: skew, mostSeconds: demands.maxClockSkewSeconds };
    yield { code: 'clock-skew', evidence, remedy: 'Set the clock of the device.' };
  }
  const ends = said(device, 'certificate-expires-at');
  if (demands.minCertificateDays !== null && typeof ends === 'number') {
    const days = (ends * 1_000 - now) / day;
    if (days < demands.minCertificateDays) {
      const evidence = { daysLeft: Math.floor(days), leastDays: demands.minCertificateDays };
      yield { code: 'certificate-expiring', evidence, remedy: 'Renew the certificate of the device.' };
    }
  }
}

function* powerFindings(
  device: Case['device'],
  demands: Case['context']['rollout']['policy']['demands'],
): Generator<Finding> {
  const battery = said(device, 'battery-percent');
  const least = demands.minBatteryPercent;
  if (least !== null && typeof battery === 'number' && battery < least) {
    const evidence = { batteryPercent: battery, leastPercent: least };
    yield { code: 'battery-low', evidence, remedy: `Charge the device to ${least} %.` };
  }
  const power = said(device, 'power-source');
  if (demands.mainsPower && power !== undefined && power !== 'mains') {
    yield { code: 'wrong-power', evidence: { power }, remedy: 'Connect the device to mains power.' };
  }
}

/** The zone of a device's site; UTC when nobody has said one. */
export function zoneOf(device: Case['device']): string {
  return placeOf(device, 'time-zone') ?? 'UTC';
}
