import { open, readFile, rename, stat } from 'node:fs/promises';
import { FettleError } from '@fettle/model';
import { native } from '@fettle/protocol';
import { type DeviceMemory, newMemory } from './memory.ts';

const format = 'fettle-pretend-fleet/1';
const fileBytes = 1_073_741_824;

/** What a fleet keeps between two runs of the program. */
export interface FleetState {
  readonly seed: string;
  readonly fleet: string;
  readonly devices: ReadonlyMap<string, DeviceMemory>;
}

/** Writes the state of every device; the file is whole at any time. */
export async function saveState(file: string, state: FleetState): Promise<void> {
  const { seed, fleet } = state;
  const text = JSON.stringify({ format, seed, fleet, devices: Object.fromEntries(state.devices) });
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

/**
 * Reads the state of an earlier run; empty when there is no file yet.
 * @throws FettleError `invalid-input` when the file is of another fleet or seed, or is damaged
 */
export async function loadState(
  file: string,
  wanted: { seed: string; fleet: string },
): Promise<ReadonlyMap<string, DeviceMemory>> {
  const text = await readBounded(file);
  if (text === undefined) return new Map();
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new FettleError('invalid-input', `${file} is not JSON. Remove it to start with new devices.`, { cause });
  }
  if (value.format !== format || value.seed !== wanted.seed || value.fleet !== wanted.fleet) {
    throw new FettleError(
      'invalid-input',
      `Expected ${file} to hold fleet ${wanted.fleet} of seed ${wanted.seed}, found ${String(value.fleet)} of seed ${String(value.seed)}. Name another file or remove it.`,
    );
  }
  const devices = new Map<string, DeviceMemory>();
  for (const [id, memory] of Object.entries((value.devices ?? {}) as Record<string, unknown>)) {
    devices.set(id, readMemory(memory, `${file}: ${id}`));
  }
  return devices;
}

async function readBounded(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size > fileBytes)
      throw new FettleError('too-large', `${file} has ${size} bytes, at most ${fileBytes} are read.`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readMemory(value: unknown, where: string): DeviceMemory {
  const memory = { ...newMemory({}), ...(value as Partial<DeviceMemory>) };
  // What would go over the wire has to fit the wire.
  const { current, outbox: reports } = memory;
  const checked = native.checkInRequest.check({ attributes: {}, current, reports });
  if (!checked.ok) {
    throw new FettleError('invalid-input', `${where}: ${checked.message}. Remove the file to start with new devices.`);
  }
  return memory;
}
