import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { flags, helpText, parseArguments } from './arguments.ts';

const least = ['--server', 'http://127.0.0.1:1', '--fleet', 'thermostat', '--types', 'a,b'];

describe('the command line of the fleet', () => {
  it('reads both roots from their files, and never one alone', () => {
    const file = fileURLToPath(import.meta.url);
    const parsed = parseArguments([...least, '--image-root', file, '--director-root', file]);
    const text = readFileSync(file, 'utf8');
    assert.deepEqual(parsed.kind === 'run' && parsed.options.roots, { image: text, director: text });
    assert.throws(() => parseArguments([...least, '--image-root', file]), /Name both/);
  });

  it('reads every flag', () => {
    const parsed = parseArguments([
      ...least,
      ...['--tenant', 't', '--devices', '200', '--claim-token', 'secret', '--seed', 's', '--misbehave', 'slow=10%'],
      ...[
        '--bad',
        '2=refuses:1%',
        '--bad',
        '3=boot-fails:0.5',
        '--speed',
        '60',
        '--state-file',
        'f',
        '--id-prefix',
        'x-',
      ],
      ...['--factory-version', '1.0.0', '--component', 'app', '--for', '5', '--json-events', 'e', '--quiet'],
      ...['--sockets', '8', '--ramp', '0.5'],
      ...['--in-use', '8-18=50%', '--battery', '20%', '--metered', '0.1', '--sites', 'lab,b@Europe/Berlin'],
      ...['--pairs', 'p', '--hardware', 'C,D'],
    ]);
    assert.deepEqual(parsed, {
      kind: 'run',
      forMs: 5_000,
      eventsFile: 'e',
      quiet: true,
      options: {
        server: 'http://127.0.0.1:1',
        fleet: 'thermostat',
        types: ['a', 'b'],
        devices: 200,
        tenant: 't',
        claimToken: 'secret',
        seed: 's',
        misbehave: { slow: 0.1 },
        badReleases: [
          { version: '2', misbehaviour: 'refuses', share: 0.01 },
          { version: '3', misbehaviour: 'boot-fails', share: 0.5 },
        ],
        speed: 60,
        stateFile: 'f',
        idPrefix: 'x-',
        factoryVersion: '1.0.0',
        component: 'app',
        sockets: 8,
        inUse: { fromHour: 8, untilHour: 18, share: 0.5 },
        battery: 0.2,
        metered: 0.1,
        sites: [{ name: 'lab' }, { name: 'b', zone: 'Europe/Berlin' }],
        pairs: 'p',
        hardware: ['C', 'D'],
        rampMs: 500,
        trustKeys: [],
      },
    });
  });

  it('says what is missing, unknown or unreadable', () => {
    const wrong = [
      [],
      least.slice(2),
      [...least, '--nope'],
      [...least, '--speed', 'fast'],
      [...least, '--devices', ''],
    ];
    for (const args of wrong) assert.throws(() => parseArguments(args), { code: 'invalid-input' }, args.join(' '));
  });

  it('explains every flag', () => {
    assert.deepEqual(parseArguments(['--help']), { kind: 'help' });
    for (const flag of Object.keys(flags)) assert.match(helpText(), new RegExp(`--${flag} `));
  });
});
