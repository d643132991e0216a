import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FettleError } from '@fettle/model';
import { isKeyName, readLogPolicy, readVkey } from '@fettle/trust';
import { openHeadStore } from './witness/head-store.ts';
import { openKeyFile } from './witness/key-file.ts';
import { createWitness } from './witness/witness.ts';
import { createWitnessServer } from './witness/witness-server.ts';

const help = `fettle witness: cosigns the audit logs of Fettle servers, and refuses a log that rewrites itself.

  --name NAME       its name in signatures, e.g. witness.example.com (required)
  --data-dir DIR    folder of its key and of what it cosigned (required)
  --log VKEY        verifier key of a log that it watches; may come several times
  --logs FILE       policy file whose "log" lines it watches
  --host ADDRESS    default 127.0.0.1
  --port PORT       default 8460; 0 takes a free one
`;

/** `fettle witness` runs this: nothing of it needs the server that it watches. */
try {
  const { values } = parseArgs({
    options: {
      name: { type: 'string' },
      'data-dir': { type: 'string' },
      log: { type: 'string', multiple: true, default: [] },
      logs: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8460' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(help);
  else await serve(values);
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof FettleError && error.code !== 'invalid-input' ? 1 : 2;
}

interface Values {
  readonly name?: string;
  readonly 'data-dir'?: string;
  readonly log: readonly string[];
  readonly logs?: string;
  readonly host: string;
  readonly port: string;
}

async function serve({ name, 'data-dir': folder, log, logs, host, port }: Values): Promise<void> {
  if (name === undefined || !isKeyName(name) || folder === undefined) {
    throw new FettleError('invalid-input', 'Expected --name NAME (no spaces, no plus) and --data-dir DIR.');
  }
  const keys = [...log.map(readVkey), ...(logs === undefined ? [] : readLogPolicy(readFileSync(logs, 'utf8')).logs)];
  if (keys.length === 0 || keys.some(({ kind }) => kind !== 'log')) {
    throw new FettleError('invalid-input', 'Expected --log VKEY or --logs FILE with the verifier keys of logs.');
  }
  const privateKey = openKeyFile(join(folder, 'witness.key'));
  const heads = openHeadStore(join(folder, 'witness.db'));
  const witness = createWitness({ name, privateKey, logs: keys, heads, now: () => Date.now() });
  const server = createWitnessServer(witness);
  server.listen(Number(port), host);
  await once(server, 'listening');
  const { address, port: taken, family } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
  process.stdout.write(
    `${JSON.stringify({ msg: 'ready', url, vkey: witness.vkey, logs: keys.map((one) => one.name) })}\n`,
  );
  const stop = () => {
    server.close(() => heads.close());
    server.closeAllConnections();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
