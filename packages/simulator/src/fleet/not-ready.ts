import type { Attributes } from '@fettle/model';
import type { native } from '@fettle/protocol';

/** What a pretend device waits for before a step, in the words of the real agent; none when it may go on. */
export function reasonsToWait(
  before: 'download' | 'install',
  { 'in-use': inUse, 'battery-percent': charge, 'power-source': power, 'link-metered': metered }: Attributes,
  demands: native.DemandsMessage,
): readonly string[] {
  if (before === 'download') return demands.unmeteredLink && metered === true ? ['metered-link'] : [];
  const reasons: string[] = [];
  if (demands.notInUse && inUse === true) reasons.push('in-use');
  if (typeof charge === 'number' && charge < (demands.minBatteryPercent ?? 0)) reasons.push('battery-low');
  if (demands.mainsPower && power === 'battery') reasons.push('wrong-power');
  return reasons;
}
