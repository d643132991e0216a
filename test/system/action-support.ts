import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ReleasePolicyView } from '@fettle/api';
import { run } from '@fettle/cli';
import { presetPolicy } from '@fettle/model';
import { bundlePath } from '../../actions/build.ts';
import { githubClaims, Issuer, type TokenClaims } from '../peers/oidc-publisher/issuer.ts';
import { makeFleet, startTestServer, type TestServer } from './api-support.ts';

/** What a job ended with, and what it left. */
export interface JobEnd {
  readonly exit: number | null;
  /** The log as people see it: commands are taken out, masked texts are stars. */
  readonly log: string;
  /** Everything that was said, as it was. */
  readonly raw: string;
  readonly annotations: readonly { readonly level: string; readonly title: string; readonly message: string }[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A runner of jobs over a real server with one fleet, and an issuer that both know. */
export class CiBench implements AsyncDisposable {
  readonly issuer: Issuer;
  readonly server: TestServer;
  readonly folder: string;
  readonly keyFile: string;
  /** What the tokens of the next job say otherwise. */
  claims: TokenClaims = {};
  /** Every ID token that was handed out. */
  readonly minted: string[] = [];
  /** When set, the runner hands this out instead of a new one. */
  replay: string | undefined;
  readonly #runner: Server;
  #jobs = 0;

  private constructor(parts: { issuer: Issuer; server: TestServer; folder: string; keyFile: string }) {
    this.issuer = parts.issuer;
    this.server = parts.server;
    this.folder = parts.folder;
    this.keyFile = parts.keyFile;
    this.#runner = createServer((request, response) => {
      void this.#handOut(request.url ?? '', request.headers.authorization).then((token) => {
        response.writeHead(token === undefined ? 401 : 200, { 'content-type': 'application/json' });
        response.end(token === undefined ? '{}' : JSON.stringify({ value: token }));
      });
    });
  }

  static async open(): Promise<CiBench> {
    const issuer = await Issuer.start();
    const server = await startTestServer();
    const folder = await mkdtemp(join(tmpdir(), 'fettle-ci-bench-'));
    const { privateKeyPem } = await makeFleet(server.client, 'routers');
    const keyFile = join(folder, 'release.key');
    await writeFile(keyFile, privateKeyPem, { mode: 0o600 });
    const bench = new CiBench({ issuer, server, folder, keyFile });
    await new Promise<void>((resolve) => bench.#runner.listen(0, '127.0.0.1', resolve));
    return bench;
  }

  /** A trusted publisher for what `githubClaims` say, or for other claims. */
  async trust(name: string, match: Readonly<Record<string, string>>, provider: 'github' | 'gitlab' | 'generic') {
    const { url } = this.server;
    const base = { publisher: name, provider, issuer: this.issuer.url, audience: url, fleet: 'routers' };
    await this.server.client.savePublisher({ ...base, match: { ...match } });
  }

  /** Demands the preset `standard` of the fleet's releases, or nothing. */
  async demand(preset: 'standard' | undefined): Promise<void> {
    const policy =
      preset === undefined ? null : (structuredClone(presetPolicy(preset)) as unknown as ReleasePolicyView);
    await this.server.client.setReleasePolicy({ fleet: 'routers', policy });
  }

  /** What starts rollouts of the fleet, and publishes nothing. */
  async rolloutToken(): Promise<string> {
    const said = { out: '', err: '' };
    const sink = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text) });
    const env = { HOME: this.folder, FETTLE_SERVER: this.server.url, FETTLE_TOKEN: this.server.token };
    const io = { stdout: sink('out'), stderr: sink('err'), env, signal: new AbortController().signal };
    const bounds = ['--fleet', 'routers', '--may', 'fleet.read', '--may', 'rollout.write', '--life', '90d'];
    const exit = await run(['token', 'create', `rollouts-${++this.#jobs}`, ...bounds, '--json'], io);
    if (exit !== 0) throw new Error(said.err);
    return (JSON.parse(said.out) as { token: string }).token;
  }

  /** A file in the workspace. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    const file = join(this.folder, 'workspace', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  /** Runs the bundle of the action with the environment of a job of GitHub, and nothing else. */
  async runAction(inputs: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) {
    const files = join(this.folder, `job-${++this.#jobs}`);
    const workspace = join(this.folder, 'workspace');
    for (const folder of [files, workspace]) await mkdir(folder, { recursive: true });
    const at = (name: string) => join(files, name);
    const named = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE'];
    for (const name of named) await writeFile(at(name), '');
    const { port } = this.#runner.address() as AddressInfo;
    const env = {
      ...{ PATH: process.env.PATH ?? '', CI: 'true', GITHUB_ACTIONS: 'true' },
      ...Object.fromEntries(named.map((name) => [name, at(name)])),
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/tok?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner-secret',
      ...{ GITHUB_SERVER_URL: 'https://github.test', GITHUB_REPOSITORY: githubClaims.repository },
      ...{ GITHUB_SHA: githubClaims.sha, GITHUB_REF: githubClaims.ref, GITHUB_RUN_ID: githubClaims.run_id },
      ...{ GITHUB_RUN_ATTEMPT: '1', GITHUB_WORKSPACE: workspace, RUNNER_TEMP: files },
      ...more,
    };
    const { exit, raw } = await runProgram(process.execPath, [bundlePath('publish')], { env, cwd: workspace });
    return readJob(exit, raw, {
      outputs: await readFile(at('GITHUB_OUTPUT'), 'utf8'),
      summary: await readFile(at('GITHUB_STEP_SUMMARY'), 'utf8'),
    });
  }

  async #handOut(url: string, bearer: string | undefined): Promise<string | undefined> {
    if (bearer !== 'Bearer runner-secret') return undefined;
    const aud = new URL(url, 'http://runner').searchParams.get('audience');
    const token = this.replay ?? (await this.issuer.mint({ aud, ...this.claims }));
    this.minted.push(token);
    return token;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#runner.close();
    this.#runner.closeAllConnections();
    await this.server[Symbol.asyncDispose]();
    await this.issuer.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end; both outputs come together, as in the log of a job. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly env: Record<string, string>; readonly cwd: string },
): Promise<{ exit: number | null; raw: string }> {
  const child = spawn(program, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let raw = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (raw += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve({ exit, raw }));
  });
}

/** Understands a log as a runner does. */
function readJob(
  exit: number | null,
  raw: string,
  files: { readonly outputs: string; readonly summary: string },
): JobEnd {
  const annotations: JobEnd['annotations'][number][] = [];
  const masked: string[] = [];
  let log = '';
  for (const line of raw.split('\n')) {
    const [, level, title = '', data = ''] = /^::([a-z-]+)(?: title=([^:]*))?::(.*)$/.exec(line) ?? [];
    if (level === 'add-mask') masked.push(unescapeText(data));
    else if (level) annotations.push({ level, title: unescapeText(title), message: unescapeText(data) });
    if (level !== 'add-mask') log += `${masked.reduce((text, secret) => text.replaceAll(secret, '***'), line)}\n`;
  }
  const pattern = /^([\w-]+)<<(ghadelimiter_[\w-]+)\n([\s\S]*?)\n\2$/gm;
  const outputs = Object.fromEntries([...files.outputs.matchAll(pattern)].map(([, name, , value]) => [name, value]));
  return { exit, log, raw, annotations, outputs: outputs as JobEnd['outputs'], summary: files.summary };
}

function unescapeText(text: string): string {
  return text
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%25', '%');
}
