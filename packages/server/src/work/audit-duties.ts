import type { AuditLogs } from '@fettle/control';
import { serverScope } from '@fettle/control';
import type { ServerConfig } from '../config-keys.ts';
import { sequencerDuty, sequencerWork } from './audit-sequencer.ts';
import { type Duty, type DutyOptions, startDuty } from './duty.ts';
import { createWitnessClient, readWitnesses } from './witness-client.ts';

const sequenceMs = 500;
const witnessMs = 1_000;
const witnessDuty = 'audit-witnesses';
const witnessTimeoutMs = 5_000;

export interface AuditDutyOptions {
  readonly config: ServerConfig;
  readonly logs: AuditLogs;
  readonly common: (name: string) => Pick<DutyOptions, 'name' | 'brain' | 'lead' | 'onReplaced'>;
  readonly onFailure: (error: unknown) => void;
  readonly onTrouble: (witness: string, why: string) => void;
}

/** Starts what makes events entries of the log, and shows its checkpoints to witnesses. */
export function startAuditDuties({ config, logs, common, onFailure, onTrouble }: AuditDutyOptions): readonly Duty[] {
  const { store, signer } = logs;
  const places = readWitnesses(config['audit.witnesses']);
  const witnesses = createWitnessClient({ witnesses: places, timeoutMs: witnessTimeoutMs, onTrouble });
  const originPrefix = () => originPrefixOf(config, logs);
  const onDone = (_seconds: number, error: unknown) => error !== undefined && onFailure(error);
  const sequencer = startDuty({
    ...common(sequencerDuty),
    work: sequencerWork({ store, signer, originPrefix, witnesses }),
    everyMs: sequenceMs,
    soonMs: 20,
    onDone,
  });
  if (places.length === 0) return [sequencer];
  const shower = startDuty({
    ...common(witnessDuty),
    async work(brain, term) {
      for (const tenant of await brain.store.tenants()) {
        await witnesses.show(serverScope(tenant), store, { name: witnessDuty, term });
      }
    },
    everyMs: witnessMs,
    soonMs: 20,
    onDone,
  });
  return [sequencer, shower];
}

/** What names of logs begin with: as set, else by the server's own name, else by its key. It is kept with the log. */
async function originPrefixOf(config: ServerConfig, { signer }: AuditLogs): Promise<string> {
  if (config['audit.origin'] !== '') return config['audit.origin'];
  const publicUrl = config['http.publicUrl'];
  if (publicUrl !== '') return `${new URL(publicUrl).host}/audit`;
  return `fettle-${(await signer.key('fettle')).id}/audit`;
}
