import {
  type BootDriver,
  countedProfile,
  createBootDriver,
  fettleNames,
  menderNames,
  nodeDisk,
  raucProfile,
  readEnvAreas,
  ubootStore,
} from '@fettle/agent';

/** A contract between boot script and agent: names in the environment, and the limit that both sides know. */
export interface Contract {
  readonly profile: 'fettle' | 'rauc' | 'mender';
  readonly names: string;
  readonly bootLimit: number;
}

export const contracts: Readonly<Record<Contract['profile'], Contract>> = {
  fettle: { profile: 'fettle', names: 'slot upgrade_available bootcount bootlimit fettle_trial', bootLimit: 3 },
  rauc: { profile: 'rauc', names: 'BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT fettle_trial', bootLimit: 3 },
  mender: {
    profile: 'mender',
    names: 'mender_boot_part mender_boot_part_hex upgrade_available bootcount fettle_trial',
    bootLimit: 1,
  },
};

/** The agent's own boot driver over an environment, as the agent would open it on a device. */
export async function agentDriver(config: string, { profile, bootLimit }: Contract): Promise<BootDriver> {
  const store = ubootStore(nodeDisk, await readEnvAreas(nodeDisk, config));
  const profiles = {
    fettle: () => countedProfile(fettleNames, bootLimit),
    rauc: () => raucProfile({ a: 'A', b: 'B' }, bootLimit),
    mender: () => countedProfile(menderNames, bootLimit),
  };
  return createBootDriver(store, profiles[profile]());
}
