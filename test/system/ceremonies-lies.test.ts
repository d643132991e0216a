import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import { beginTrust, type CeremonyDesk, openCeremonyDesk } from './ceremonies-support.ts';

// A door before the real server that lies: whoever owns server and database can do no less.
type Lie = (path: string, text: string) => string;
let at: CeremonyDesk;
let door: Server;
let lie: Lie = (_, text) => text;
const publish = 'release publish $two.bin --type hub-a --component rootfs --version 2.0.0 --key $team';

before(async () => {
  at = await openCeremonyDesk();
  const { url } = at;
  door = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization = '', 'content-type': type, 'upload-offset': offset } = request.headers;
    const headers: Record<string, string> = { authorization };
    if (type !== undefined) headers['content-type'] = type;
    if (offset !== undefined) headers['upload-offset'] = String(offset);
    const path = request.url ?? '/';
    const method = request.method ?? 'GET';
    const hasBody = method !== 'GET' && method !== 'DELETE';
    const found = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(hasBody ? { body: Buffer.concat(chunks) } : {}),
    });
    const honest = await found.text();
    const text = lie(path, honest);
    const lied = text === '' ? 404 : 200;
    const status = text === honest ? found.status : lied;
    response.writeHead(status, { 'content-type': found.headers.get('content-type') ?? 'application/json' });
    response.end(text);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  assert.ok(typeof address === 'object' && address);
  await at.ok(`login --server http://127.0.0.1:${address.port} --token-file $data/admin.token`);
  await at.ok('fleet create hubs --type hub-a');
  await beginTrust(at, 'hubs');
  const first = await at.firmware('one.bin', 'one');
  await at.firmware('two.bin', 'two');
  await at.ok(`release publish ${first} --type hub-a --component rootfs --version 1.0.0 --key $team`);
});
after(async () => {
  door.closeAllConnections();
  await new Promise((resolve) => door.close(resolve));
  await at.desk.leave();
});

async function under(told: Lie, act: () => Promise<void>): Promise<void> {
  lie = told;
  try {
    await act();
  } finally {
    lie = (_, text) => text;
  }
}

const only =
  (part: string, change: (text: string) => string): Lie =>
  (path, text) =>
    path.includes(part) ? change(text) : text;

test('a server that shows no root, or another one, is not believed where one is pinned', async () => {
  await under(
    only('.root.json', () => ''),
    async () => {
      const none = await at.refused(6, 'root rotate --repository image');
      assert.match(none.err, /the server shows none/);
    },
  );
  const director = (await at.ask('root show')) as { roots: { fingerprint: string }[] };
  assert.equal(new Set(director.roots.map(({ fingerprint }) => fingerprint)).size, 2);
  const { text } = (await fetchJson('/api/v1/trust/metadata/director/1.root.json')) as { text: string };
  const swap: Lie = (path, body) =>
    path.includes('/image/1.root.json') ? JSON.stringify({ ...JSON.parse(body), text }) : body;
  await under(swap, async () => {
    const other = await at.refused(6, 'root rotate --repository image');
    assert.match(other.err, /another one than the one that is trusted here/);
  });
});

async function fetchJson(path: string): Promise<unknown> {
  const token = (await readFile(`${at.desk.folder}/data/admin.token`, 'utf8')).trim();
  return (await fetch(`${at.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
}

test('an officer is shown what the payload does, whatever the server says of it, and a lowered threshold is refused', async () => {
  const { id } = await at.stage("root rotate --repository image --reason 'only the date'");
  const altered = (from: RegExp, to: string) =>
    only(`/changes/${id}`, (text) => {
      const body = JSON.parse(text) as { payload?: string };
      const payload = Buffer.from(body.payload ?? '', 'base64')
        .toString('utf8')
        .replace(from, to);
      return JSON.stringify({ ...body, payload: Buffer.from(payload).toString('base64') });
    });
  await under(altered(/"threshold":2/, '"threshold":1'), async () => {
    const refused = await at.refused(6, `root sign ${id} --key $ann --meaning agreed`);
    assert.match(refused.err, /must not be signed.*threshold of 2 or more/s);
  });
  await under(altered(/"expires":"\d{4}/, '"expires":"2099'), async () => {
    await at.refused(6, `root sign ${id} --key $ann --meaning agreed`);
  });
  await under(altered(/\{/, '{"hello":"world",'), async () => {
    await at.refused(2, `root sign ${id} --key $ann --meaning agreed`);
  });
  await at.ok(`root withdraw ${id}`);
});

test('a release is not signed over a repository that cannot be right', async () => {
  const metadata = (file: string) => `/repository/default/metadata/${file}`;
  const rows: readonly (readonly [string, Lie, RegExp])[] = [
    [
      'the fleet’s file is another',
      only(metadata('1.hubs.json'), (text) => text.replace('1.0.0', '1.0.9')),
      /targets-hash/,
    ],
    ['the fleet’s file is gone', only(metadata('1.hubs.json'), () => ''), /metadata-absent/],
    [
      'the delegation is gone',
      only(metadata('1.targets.json'), (text) => text.replace(/"delegations".*?"expires"/, '"expires"')),
      /targets-hash/,
    ],
    ['an endless timestamp', only(metadata('timestamp.json'), () => ' '.repeat(20_000)), /metadata-too-large/],
    [
      'a timestamp that nobody signed',
      only(metadata('timestamp.json'), (text) => text.replace(/"sig":"../, '"sig":"00')),
      /timestamp-signatures-missing/,
    ],
    ['another root', only(metadata('2.root.json'), () => '{"signatures":[],"signed":{}}'), /root-signatures-missing/],
  ];
  for (const [what, told, says] of rows) {
    await under(told, async () => {
      const refused = await at.refused(6, publish);
      assert.match(refused.err, says, what);
    });
  }
  await at.ok(publish);
});
