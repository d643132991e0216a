import type { DrillResult } from '@fettle/simulator';
import { runDrill, usualOptions } from '../packages/simulator/src/drill/index.ts';

/**
 * The key-loss drill as a whole: 5,000 devices, a tenth of them asleep through four rotations and 400 days.
 * @param note told what goes on
 */
export async function measureDrill(note: (text: string) => void): Promise<Record<string, number>> {
  const devices = 5_000;
  note(`drill: ${devices} devices, four rotations, 400 days`);
  const start = performance.now();
  const result: DrillResult = await runDrill({
    ...usualOptions,
    devices,
    keys: ['image-root', 'director-root', 'online', 'fleet'],
  });
  const stranded = result.stranded.reduce((sum, { devices: many }) => sum + many, 0);
  for (const { code, message, devices: many } of result.stranded) note(`drill: ${many} stranded, ${code}: ${message}`);
  for (const what of result.accepted) note(`drill: ${what}`);
  return {
    'drill.devices': result.devices,
    'drill.asleep': result.asleep,
    'drill.attempts': result.attempts.made,
    'drill.stranded': stranded,
    'drill.accepted_revoked': result.acceptedRevoked,
    'drill.wall_s': Math.round((performance.now() - start) / 100) / 10,
  };
}
