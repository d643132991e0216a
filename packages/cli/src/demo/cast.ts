import type { Image } from './images.ts';

/** Names and numbers of the demo, in one place. */
export const cast = {
  fleet: 'hubs',
  component: 'firmware',
  boards: ['hub-1', 'hub-2', 'hub-3'],
  simulated: 200,
  /** Simulated devices that are tagged as canaries beside the boards: 3 + 7 are 5 % of the fleet. */
  simulatedCanaries: ['sim-00010', 'sim-00011', 'sim-00012', 'sim-00013', 'sim-00014', 'sim-00015', 'sim-00016'],
  /** Of the ten canaries so many go first: whatever the buckets are, a real board is among them. */
  firstCanaries: 8,
  factoryVersion: '7.26.0',
  versions: { first: '7.27.0', second: '7.28.0', broken: '7.29.0' },
  /** Simulated devices live this much faster than real ones. */
  speed: 20,
  slotSizeBytes: 524_288,
} as const;

export const everybody = cast.simulated + cast.boards.length;

/** `FILE:TYPE:COMPONENT` for every device type. */
export function specsOf(images: Readonly<Record<string, Image>>): string[] {
  return Object.entries(images).map(([type, { file }]) => `${file}:${type}:${cast.component}`);
}
