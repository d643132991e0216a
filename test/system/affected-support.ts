import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@fettle/api';
import { writeTar, writeZip } from '../../packages/images/test/write-archives.ts';
import { makeFleet, publish, startTestServer, type TestServer, until } from './api-support.ts';
import { type Desk, openDesk, type Typed } from './cli-support.ts';

/** A server, a fleet that demands the gate `vulnerabilities`, and a person at a desk. */
export interface VulnerabilityDesk extends AsyncDisposable {
  readonly server: TestServer;
  readonly client: Client;
  readonly desk: Desk;
  readonly fleet: Awaited<ReturnType<typeof makeFleet>>;
  /** Runs a command line against the server. */
  readonly type: (...args: readonly string[]) => Promise<Typed>;
  readonly ask: (...args: readonly string[]) => Promise<unknown>;
  /** Imports OSV records; the data are of today. */
  readonly importOsv: (source: string, records: readonly object[]) => Promise<void>;
  /** Checks an image with these Debian packages and publishes it. */
  readonly release: (version: string, packages: Readonly<Record<string, string>>) => ReturnType<typeof publish>;
}

export async function openVulnerabilityDesk(onNewFindings: 'alert' | 'hold' = 'alert'): Promise<VulnerabilityDesk> {
  const server = await startTestServer();
  const desk = await openDesk();
  const { client } = server;
  const fleet = await makeFleet(client);
  const about = ['--server', server.url, '--token', server.token];
  const type: VulnerabilityDesk['type'] = (...args) => desk.type(...args, ...about);
  await client.setReleasePolicy({
    fleet: fleet.fleet,
    policy: {
      stages: [
        {
          stage: 'production',
          groups: [],
          demands: [{ gate: 'vulnerabilities', when: 'pass' }],
          approvals: [],
        },
      ],
      settings: {},
      waivers: { keys: [], threshold: 1 },
      onNewFindings,
    },
  });
  let imported = 0;
  return {
    server,
    client,
    desk,
    fleet,
    type,
    ask: (...args) => desk.ask(...args, ...about),
    async importOsv(source, records) {
      const file = join(desk.folder, `osv-${imported++}.zip`);
      const entries = records.map((record, n) => ({ name: `${n}.json`, bytes: Buffer.from(JSON.stringify(record)) }));
      await writeFile(file, writeZip(entries));
      const { exit, err } = await type('vulndb', 'import', file, '--kind', 'osv', '--source', source);
      if (exit !== 0) throw new Error(err);
    },
    async release(version, packages) {
      const bytes = imageOf(packages);
      await clear(client, { fleet: fleet.fleet, version, bytes });
      return publish(client, { ...fleet, version, bytes });
    },
    async [Symbol.asyncDispose]() {
      await desk.leave();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What Debian's own tools would leave of these packages: a root file system in a tar. */
function imageOf(packages: Readonly<Record<string, string>>): Buffer {
  const status = Object.entries(packages).map(
    ([name, version]) =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\nDescription: ${name}\n`,
  );
  return writeTar([
    { name: 'etc/os-release', bytes: Buffer.from('ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n') },
    { name: 'var/lib/dpkg/status', bytes: Buffer.from(`${status.join('\n')}\n`) },
  ]);
}

async function clear(
  client: Client,
  { fleet, version, bytes }: { readonly fleet: string; readonly version: string; readonly bytes: Buffer },
): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await client.upload({
    sha256,
    sizeBytes: bytes.length,
    open: async function* (offset) {
      yield bytes.subarray(offset);
    },
  });
  const artifacts = [{ deviceType: 'r1', component: 'app', sha256 }];
  const { check } = await client.requestCheck({ fleet, version, artifacts });
  const done = await until(
    async () => {
      const now = await client.getCheck({ fleet, check: check.id });
      return now.status === 'queued' || now.status === 'running' ? undefined : now;
    },
    `the check of ${version}`,
    60_000,
  );
  if (done.stages[0]?.verdict !== 'pass') throw new Error(`${version}: ${done.statusReason}`);
}

const critical = { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' };

/** An OSV record about one Debian package, changed just now. */
export function recordOf(id: string, name: string, fixed: string, more: object = {}): object {
  return {
    schema_version: '1.6.0',
    id,
    modified: new Date(Date.now() - 60_000).toISOString(),
    published: new Date(Date.now() - 86_400_000).toISOString(),
    summary: `A flaw of ${name}`,
    severity: [critical],
    affected: [
      {
        package: { ecosystem: 'Debian:12', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
    ...more,
  };
}
