import type { OfferOptions } from './fake-server.ts';
import type { Expected } from './judge.ts';
import type { World, WorldOptions } from './world.ts';

/** One row of the table: state × fault. */
export interface Scenario {
  readonly name: string;
  readonly options?: WorldOptions;
  /** What the new image does when it is started. */
  readonly behaviour?: 'good' | 'boot-fails' | 'health-fails' | 'health-hangs';
  readonly offer?: OfferOptions | ((world: World) => OfferOptions);
  /** Puts the fault in place, before the device is switched on. */
  readonly arrange?: (world: World) => void | Promise<void>;
  readonly expected: Expected;
}

export const fullPath = ['downloading', 'installing', 'rebooting', 'checking', 'succeeded'] as const;
export const refused = (code: string): Expected => ({ status: 'failed', code, running: 'old', moves: ['failed'] });
