import { createWorldSimulation } from '../../../packages/simulator/src/world/index.ts';
import { openMemoryStore } from './memory-store.ts';
import { worldOf } from './run-worlds.ts';

/** Runs one world in a process of its own and prints the digest of its event log. */
const plan = worldOf(Number(process.argv[2]));
const simulation = await createWorldSimulation({ plan, openStore: openMemoryStore });
const { digest } = await simulation.run();
process.stdout.write(`${digest}\n`);
