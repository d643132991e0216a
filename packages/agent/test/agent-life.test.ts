import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fettleVersion } from '@fettle/model';
import { places } from './fake-board.ts';
import { judge, judgeSafety } from './judge.ts';
import { image, World } from './world.ts';

describe('the life of a device', () => {
  test('updates back and forth use the slots in turn', async () => {
    const world = new World();
    for (let counter = 2; counter <= 5; counter++) {
      const next = image(`${counter}.0.0`, counter);
      world.board.images.push(next);
      await world.server.offer(next);
      assert.equal(await world.run(), 'settled');
      judgeSafety(world);
      assert.equal(world.board.running?.slot, counter % 2 === 0 ? 'b' : 'a');
    }
  });

  test('after a power cut the download goes on from the last durable byte, with If-Range', async () => {
    const world = new World();
    await world.server.offer(world.next);
    let bytes = 0;
    world.server.onBytes = (count) => {
      bytes += count;
      if (bytes > 30_000) {
        bytes = Number.NEGATIVE_INFINITY;
        world.cutPower();
      }
    };
    assert.equal(await world.run(), 'settled');
    judge(world, { status: 'succeeded', running: 'new' });
    const [first, second] = world.server.downloads;
    assert.deepEqual([first?.offsetBytes, first?.etag], [0, null]);
    assert.deepEqual([second?.offsetBytes, second?.etag], [16_384, '"v1"']);
  });

  test('a release below the floor that a committed release set is refused, even where it allows a downgrade', async () => {
    const world = new World({}, image('5.0.0', 5));
    await world.server.offer(world.next, { manifest: { securityFloor: 4 } });
    assert.equal(await world.run(), 'settled');
    judge(world, { status: 'succeeded', running: 'new' });
    const below = image('3.0.0', 3);
    world.board.images.push(below);
    await world.server.offer(below, { manifest: { allowDowngrade: true } });
    assert.equal(await world.run(), 'settled');
    assert.equal(world.server.last.error?.code, 'below-floor');
    judgeSafety(world);
  });

  test('the floor does not rise before the commit: a release that rolled back leaves it alone', async () => {
    const bad = image('5.0.0', 5, 'health-fails');
    const world = new World({}, bad);
    await world.server.offer(bad, { manifest: { securityFloor: 5 } });
    assert.equal(await world.run(), 'settled');
    const good = image('3.0.0', 3);
    world.board.images.push(good);
    await world.server.offer(good);
    assert.equal(await world.run(), 'settled');
    assert.equal(world.server.last.status, 'succeeded');
    judgeSafety(world);
  });

  test('a committed slot that is given up later is told as rolled back', async () => {
    const world = new World({ profile: 'rauc' });
    await world.server.offer(world.next);
    assert.equal(await world.run(), 'settled');
    judge(world, { status: 'succeeded', running: 'new' });
    world.board.setVariables({ BOOT_B_LEFT: '0' });
    let waits = 0;
    world.onSleep = () => waits++;
    assert.equal(await world.run(), 'settled');
    judge(world, { status: 'rolledBack', code: 'reverted', running: 'old' });
    assert.equal(world.board.variables()?.get('BOOT_A_LEFT'), '3');
  });

  test('RAUC attempts are filled up at every start, and the slot being written cannot be started', async () => {
    const world = new World({ profile: 'rauc' });
    let order: string | undefined;
    world.server.onBytes = () => {
      order ??= `${world.board.variables()?.get('BOOT_ORDER')}/${world.board.variables()?.get('BOOT_B_LEFT') ?? ''}`;
    };
    await world.server.offer(world.next);
    assert.equal(await world.run(), 'settled');
    assert.equal(order, 'A/0');
    assert.equal(world.board.variables()?.get('BOOT_ORDER'), 'B A');
    for (let boots = 0; boots < 6; boots++) assert.equal(await world.run(), 'settled');
    assert.equal(world.board.running?.slot, 'b');
  });

  test('an offer that replaces another one during the download ends the first as aborted', async () => {
    const world = new World();
    const first = await world.server.offer(world.next);
    world.server.everyDownload = { breakAfterBytes: 0 };
    const second = image('3.0.0', 3);
    world.board.images.push(second);
    world.onSleep = () => {
      if (first.status === 'downloading') first.status = 'timedOut';
    };
    world.server.onCheckIn = () => {
      if (first.status === 'timedOut') world.server.everyDownload = undefined;
    };
    const later = await world.server.offer(second);
    assert.equal(await world.run(), 'settled');
    assert.equal(later.status, 'succeeded');
    assert.equal(first.reports.at(-1)?.status, 'aborted');
    judgeSafety(world);
  });

  test('what the device says of itself stays the same to the byte while nothing happens', async () => {
    const readiness = { command: ['readiness'], consentFile: '/data/consent' };
    const place = { hardwareRevision: 'C', site: 'berlin', timeZone: 'Europe/Berlin', pair: 'p-1' };
    const world = new World({ config: { readiness, ...place } });
    world.disk.poke('/data/consent', Buffer.from('any\n'));
    let charge = 84.9;
    world.readiness = () => ({ 'battery-percent': charge, 'in-use': false, site: 'ferry-2' });
    world.disk.capacityBytes = 2 ** 30;
    assert.ok(world.board.boot());
    for (let n = 0; n < 3; n++) {
      assert.equal(await world.powerUp('once'), 'settled');
      charge -= 2;
      world.disk.capacityBytes -= 100_000;
    }
    const [first, ...rest] = world.server.currents.map(({ attributes }) => JSON.stringify(attributes));
    assert.deepEqual(JSON.parse(first ?? ''), {
      agentVersion: fettleVersion,
      bootedSlot: 'a',
      'artifact-kinds': 'image',
      'battery-percent': 80,
      consent: 'any',
      'free-bytes': 49_152,
      'hardware-revision': 'C',
      'in-use': false,
      pair: 'p-1',
      site: 'ferry-2',
      'time-zone': 'Europe/Berlin',
    });
    assert.deepEqual(rest, [first, first]);
  });

  test('a readiness program that fails is told with every check-in, and asked once for each', async () => {
    const world = new World({ config: { readiness: { command: ['readiness'] } } });
    world.readiness = () => ({ ended: 'failed', message: 'ended with exit code 3', output: 'no' });
    assert.ok(world.board.boot());
    assert.equal(await world.powerUp('once'), 'settled');
    const [said] = world.server.currents;
    assert.equal(said?.attributes['readiness.problem'], 'the readiness program ended with exit code 3');
    assert.equal(world.asked, 1);
  });

  test('a deployment that ended at its deadline while the device waited is given up, and not installed later', async () => {
    const world = new World({ config: { readiness: { command: ['readiness'] } } });
    world.readiness = () => ({ 'in-use': true });
    const offered = await world.server.offer(world.next, { message: { demands: { notInUse: true } } });
    let waits = 0;
    world.onSleep = () => {
      if (++waits === 4) offered.status = 'timedOut';
    };
    assert.equal(await world.run(), 'settled');
    assert.equal(world.stage, 'downloaded');
    assert.equal(await world.powerUp('once'), 'settled');
    assert.equal(world.stage, undefined);
    assert.deepEqual([offered.status, offered.reports.at(-1)?.status], ['timedOut', 'aborted']);
    judgeSafety(world);
  });

  test('--once does one pass: install and reboot command, then after the boot commit and report', async () => {
    const world = new World();
    world.rebootCommand = 'does-nothing';
    await world.server.offer(world.next);
    assert.ok(world.board.boot());
    assert.equal(await world.powerUp('once'), 'settled');
    assert.equal(world.server.last.status, 'rebooting');
    world.disk.flush();
    assert.ok(world.board.boot());
    assert.equal(await world.powerUp('once'), 'settled');
    judge(world, { status: 'succeeded', running: 'new' });
  });

  test('a stop during the download is safe: the next start goes on', async () => {
    const world = new World();
    await world.server.offer(world.next);
    let stopped = false;
    world.server.onBytes = () => {
      if (!stopped) world.stop();
      stopped = true;
    };
    assert.ok(world.board.boot());
    assert.equal(await world.powerUp('stay'), 'settled');
    assert.equal(world.server.last.status, 'downloading');
    assert.equal(await world.run(), 'settled');
    judge(world, { status: 'succeeded', running: 'new' });
  });

  test('a stop during a health check neither commits nor rolls back: the next start checks again', async () => {
    const world = new World();
    await world.server.offer(world.next);
    world.onCheck = (count) => {
      if (count > 1) return undefined;
      world.stop();
      return { ended: 'stopped', message: 'was stopped', output: '' };
    };
    assert.ok(world.board.boot());
    assert.equal(await world.powerUp('stay'), 'reboot');
    world.disk.flush();
    assert.ok(world.board.boot());
    assert.equal(await world.powerUp('stay'), 'settled');
    assert.equal(world.server.last.status, 'checking');
    assert.equal(await world.powerUp('stay'), 'settled');
    judge(world, { status: 'succeeded', running: 'new' });
  });

  test('rotten storage is really found by reading back, not by the hash on the way', async () => {
    const world = new World();
    await world.server.offer(world.next);
    let syncs = 0;
    world.disk.fail = ({ what, path }) => {
      if (what !== 'sync' || path !== places.slots.b || ++syncs !== 3) return undefined;
      queueMicrotask(() => world.disk.poke(places.slots.b, Buffer.from('rot'), 100));
      return undefined;
    };
    assert.equal(await world.run(), 'settled');
    assert.ok(world.lines.some((line) => line.includes('verify-failed')));
    judge(world, { status: 'succeeded', running: 'new' });
  });

  test('a device whose journal was lost says "unknown" and takes the next release', async () => {
    const world = new World();
    await world.server.offer(world.next);
    assert.equal(await world.run(), 'settled');
    for (const name of ['journal', 'journal.backup']) {
      world.disk.poke(`${places.state}/${name}`, Buffer.from('damaged'));
    }
    const third = image('3.0.0', 3);
    world.board.images.push(third);
    await world.server.offer(third);
    assert.equal(await world.run(), 'settled');
    const [said] = world.server.currents.filter(({ attributes }) => attributes['journal.problem'] === 'damaged-lost');
    assert.equal(said?.current.rootfs?.version, 'unknown');
    assert.equal(world.server.last.status, 'succeeded');
    judgeSafety(world);
  });

  test('a damaged journal with a good backup still knows what runs and where the floor is', async () => {
    const world = new World({}, image('5.0.0', 5));
    await world.server.offer(world.next, { manifest: { securityFloor: 4 } });
    assert.equal(await world.run(), 'settled');
    world.disk.poke(`${places.state}/journal`, Buffer.from('damaged'));
    const below = image('3.0.0', 3);
    world.board.images.push(below);
    await world.server.offer(below, { manifest: { allowDowngrade: true } });
    assert.equal(await world.run(), 'settled');
    assert.equal(world.server.last.error?.code, 'below-floor');
    const said = world.server.currents.at(-1);
    assert.equal(said?.attributes['journal.problem'], 'damaged-backup');
    assert.equal(said?.current.rootfs?.version, '5.0.0');
  });

  test('an idle device spreads its start, a device with something to tell does not', async () => {
    const world = new World({ config: { checkIn: { startSpreadSeconds: 30 } } });
    const asked: number[] = [];
    world.server.onCheckIn = () => asked.push(world.monotonicMs);
    await world.server.offer(world.next);
    assert.equal(await world.run(), 'settled');
    judge(world, { status: 'succeeded', running: 'new' });
    const [first = 0] = asked;
    assert.ok(first > 0 && first < 30_000, `${first}`);
    assert.equal(world.server.last.moves.length, 5);
  });

  test('two components switch slots together', async () => {
    const modem = { a: '/dev/modem-a', b: '/dev/modem-b' };
    const components = { rootfs: { slots: places.slots }, modem: { slots: modem, slotSizeBytes: 50_000 } };
    const world = new World({ config: { components } });
    world.disk.poke(modem.a, Buffer.alloc(10));
    await world.server.offer(world.next, { extraComponents: ['modem'] });
    assert.equal(await world.run(), 'settled');
    judge(world, { status: 'succeeded', running: 'new' });
    assert.ok(world.disk.peek(modem.b)?.subarray(0, 40_000).equals(world.next.bytes));
  });
});
