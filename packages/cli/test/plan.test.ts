import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ForecastView, RolloutPlanView } from '@fettle/api';
import { startFakeServer } from './fake-server.ts';
import { rollout } from './samples.ts';
import { openTerminal } from './terminal.ts';

async function inFolder(text: string, run: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-plan-'));
  try {
    const file = join(folder, 'plan.yaml');
    await writeFile(file, text);
    await run(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('plan check says what a plan does and asks no server', async () => {
  const terminal = await openTerminal('http://127.0.0.1:1');
  try {
    await inFolder('preset: safe\nwindows: [{cron: 0 2 * * *, duration: 3h}]\n', async (file) => {
      const { exit, out } = await terminal.type(['rollout', 'plan', 'check', file]);
      assert.equal(exit, 0);
      assert.match(out, /canary +300 +100/);
      assert.match(out, /window: +0 2 \* \* \* for 3 h, the site's zone/);
      const asJson = await terminal.type(['rollout', 'plan', 'check', file, '--json']);
      assert.equal((JSON.parse(asJson.out) as RolloutPlanView).policy?.windows?.[0]?.zone, 'site');
    });
  } finally {
    await terminal.leave();
  }
});

test('plan check tells every problem with its place and exits with an error', async () => {
  const terminal = await openTerminal('http://127.0.0.1:1');
  try {
    await inFolder('preset: safe\nrate: fast\nonFail: stop\n', async (file) => {
      const { exit, err } = await terminal.type(['rollout', 'plan', 'check', file]);
      assert.notEqual(exit, 0);
      assert.match(err, /plan\.yaml:2:7: rate: expected/);
      assert.match(err, /plan\.yaml:3:9: onFail: expected pause or abort, found "stop"/);
    });
  } finally {
    await terminal.leave();
  }
});

test('presets are listed and shown, and an unknown one is refused', async () => {
  const terminal = await openTerminal('http://127.0.0.1:1');
  try {
    assert.match((await terminal.type(['rollout', 'plan', 'show'])).out, /^safe .*\nfast .*\nemergency /);
    assert.match((await terminal.type(['rollout', 'plan', 'show', 'emergency'])).out, /freezes: ignored/);
    assert.notEqual((await terminal.type(['rollout', 'plan', 'show', 'bold'])).exit, 0);
  } finally {
    await terminal.leave();
  }
});

test('start sends the plan of a file, or of a preset, whole', async () => {
  const server = await startFakeServer({
    createRollout: () => rollout(),
    countDevices: () => ({ pending: 0, accepted: 50, quarantined: 0, rejected: 0 }),
  });
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    await inFolder('preset: fast\nrate: 7\nstartAt: 2026-12-01 02:00 Europe/Berlin\n', async (file) => {
      assert.equal((await terminal.type(['rollout', 'start', '--version', '1.0.0', '--plan', file])).exit, 0);
    });
    assert.equal((await terminal.type(['rollout', 'start', '--version', '1.0.0', '--preset', 'safe'])).exit, 0);
    const made = server.calls.filter(({ route }) => route === 'createRollout');
    const plans = made.map(({ input }) => (input as { plan: RolloutPlanView }).plan);
    assert.deepEqual(plans[0]?.policy?.rate, { kind: 'constant', perMinute: 7 });
    assert.equal(plans[0]?.policy?.startAt, '2026-12-01T01:00:00.000Z');
    assert.deepEqual(plans[1]?.phases[0]?.size, { count: 5 }, 'the preset is fitted to fifty devices');
    const both = await terminal.type(['rollout', 'start', '--version', '1.0.0', '--preset', 'safe', '--soak', '1m']);
    assert.match(both.err, /Expected --preset or --soak, found both/);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('a dry run shows who would get it when, and starts nothing', async () => {
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000 + 500).toISOString();
  const canary = { name: 'canary', devices: 5, bytes: 5_242_880, slowedBy: 'gate' as const, asksPerson: true };
  const forecast: ForecastView = {
    phases: [{ ...canary, opensAt: at(0), lastStartAt: at(10), passesAt: at(120) }],
    devices: 5,
    bytes: 5_242_880,
    mostAtRisk: 5,
    mostInFlight: 4,
    endsAt: at(120),
    checkInIntervalMs: 1_800_000,
    installMs: 120_000,
  };
  const server = await startFakeServer({ forecastRollout: () => forecast });
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    const options = ['--version', '1.0.0', '--dry-run', '--install-time', '2m'];
    const { exit, out } = await terminal.type(['rollout', 'start', ...options]);
    assert.equal(exit, 0);
    assert.match(out, /canary +5 +5 MiB +\+\d+ ms +\+10 min +\+2 h +proof and soak/);
    assert.match(out, /in all: +5 devices, 5 MiB; at best through in 2 h/);
    assert.match(out, /asks: +a person after canary/);
    assert.deepEqual(
      server.calls.map(({ route }) => route),
      ['forecastRollout'],
    );
    const [asked] = server.calls.map(({ input }) => input as { installMs: number });
    assert.equal(asked?.installMs, 120_000);
  } finally {
    await server.close();
    await terminal.leave();
  }
});
