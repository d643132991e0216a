export { type BootDriver, type BootReading, type BootState, createBootDriver, type Slot } from './boot/boot-driver.ts';
export { type CountedNames, countedProfile, fettleNames, menderNames, raucProfile } from './boot/profiles.ts';
export { readEnvAreas, ubootStore } from './boot/uboot.ts';
export { nodeDisk } from './disk-node.ts';
