import { componentName } from '@fettle/model';
import { generateKeyPem, signerFromPem } from '@fettle/trust';
import { places, slotBytes } from './fake-board.ts';
import type { Expected } from './judge.ts';
import { fullPath, refused, type Scenario } from './scenario.ts';
import { seededBytes } from './seeded.ts';
import { trusted } from './trust-scenarios.ts';
import { trustedState } from './trust-state-scenarios.ts';
import { trustedTime } from './trust-time-scenarios.ts';
import { waits } from './waiting-scenarios.ts';
import type { World } from './world.ts';

const succeeds: Expected = { status: 'succeeded', running: 'new' };
const rollsBack: Expected = {
  status: 'rolledBack',
  code: 'health-failed',
  running: 'old',
  moves: ['downloading', 'installing', 'rebooting', 'checking', 'rolledBack'],
};
const fallsBack: Expected = {
  status: 'rolledBack',
  code: 'boot-failed',
  running: 'old',
  moves: ['downloading', 'installing', 'rebooting', 'rolledBack'],
};
const failsLoading = (code: string): Expected => ({
  status: 'failed',
  code,
  running: 'old',
  moves: ['downloading', 'failed'],
});
const aborted = (...moves: NonNullable<Expected['moves']>): Expected => ({
  status: 'aborted',
  running: 'old',
  moves: [...moves, 'aborted'],
});

/** The server is away while a deployment stands in a status; it comes back when the device has waited a few times. */
const awayDuring =
  (...statuses: readonly string[]) =>
  (world: World): void => {
    let waits = 0;
    world.onSleep = () => waits++;
    world.server.isDown = (_call, status) => statuses.includes(status ?? '') && waits < 6;
  };

const happy: readonly Scenario[] = [
  { name: 'a good release is installed, checked and committed', expected: { ...succeeds, moves: fullPath } },
  {
    name: 'with RAUC variable names',
    options: { profile: 'rauc' },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'with Mender variable names',
    options: { profile: 'mender' },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'without any health check, server check off',
    options: { config: { health: { server: { mode: 'off' } } } },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'equal artifacts under a newer release: nothing is installed',
    arrange: (world) => {
      world.board.images.push({ ...world.next, version: world.old.version });
      world.disk.poke(places.slots.a, world.next.bytes);
    },
    expected: { status: 'succeeded', running: 'new', moves: ['succeeded'] },
  },
  {
    name: 'the device clock says 1970',
    arrange: (world) => {
      world.nowMs = 0;
    },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'the device clock jumps back and forth by decades',
    arrange: (world) => {
      let turn = 0;
      const jump = () => {
        world.nowMs += turn++ % 2 === 0 ? 1e12 : -1e12;
      };
      world.server.onReport = jump;
      world.server.onBytes = jump;
    },
    expected: { ...succeeds, moves: fullPath },
  },
];

const refusals: readonly Scenario[] = [
  {
    name: 'signed by a key nobody trusts',
    offer: () => ({ signer: signerFromPem(generateKeyPem().privateKeyPem) }),
    expected: refused('signature-invalid'),
  },
  {
    name: 'an envelope that is no JSON',
    offer: { message: { envelope: 'nonsense' } },
    expected: refused('signature-invalid'),
  },
  {
    name: 'a manifest with a floor above its own counter',
    offer: { manifest: { securityFloor: 99 } },
    expected: refused('manifest-invalid'),
  },
  {
    name: 'a release of another fleet',
    offer: { manifest: { fleet: 'toaster' as never } },
    expected: refused('wrong-fleet'),
  },
  { name: 'nothing for this device type', offer: { deviceType: 'board-z' }, expected: refused('wrong-type') },
  {
    name: 'a component this device does not have',
    offer: { extraComponents: ['modem'] },
    expected: refused('unknown-component'),
  },
  {
    name: 'a component left out that shares the slots',
    options: {
      config: {
        components: {
          rootfs: { slots: places.slots },
          modem: { slots: { a: '/dev/modem-a', b: '/dev/modem-b' }, slotSizeBytes: slotBytes },
        },
      },
    },
    expected: refused('component-missing'),
  },
  {
    name: 'made for other hardware revisions',
    options: { config: { hardwareRevision: 'C' } },
    offer: { hardware: ['A', 'B'] },
    expected: refused('hardware-mismatch'),
  },
  {
    name: 'made for some hardware revisions, and nobody told which this is',
    offer: { hardware: ['A'] },
    expected: refused('hardware-mismatch'),
  },
  {
    name: 'made for this hardware revision among others',
    options: { config: { hardwareRevision: 'C' } },
    offer: { hardware: ['A', 'C'] },
    expected: succeeds,
  },
  {
    name: 'made for this hardware revision, which stands among the attributes',
    options: { config: { attributes: { 'hardware-revision': 'C' } } },
    offer: { hardware: ['C'] },
    expected: succeeds,
  },
  {
    name: 'needs something newer beneath it than what runs',
    offer: { manifest: { requires: [{ component: componentName('rootfs'), counter: 2 }] } },
    expected: { ...refused('unmet-depends'), message: /rootfs at release counter 2 or above; the device runs 1/ },
  },
  {
    name: 'needs a component that this device does not have',
    offer: { manifest: { requires: [{ component: componentName('modem'), counter: 1 }] } },
    expected: { ...refused('unmet-depends'), message: /modem at release counter 1 or above; .* no such component/ },
  },
  {
    name: 'needs exactly what runs beneath it',
    offer: { manifest: { requires: [{ component: componentName('rootfs'), counter: 1 }] } },
    expected: succeeds,
  },
  { name: 'a delta for a raw slot', offer: { kind: 'delta' }, expected: refused('kind-unsupported') },
  {
    name: 'another artifact offered than was signed',
    offer: (world) => ({
      message: {
        artifacts: [
          { component: 'rootfs', kind: 'image', sha256: 'f'.repeat(64), sizeBytes: world.next.bytes.length, url: '/x' },
        ],
      },
    }),
    expected: refused('offer-mismatch'),
  },
  {
    name: 'another version offered than was signed',
    offer: { message: { version: '9.9.9' } },
    expected: refused('offer-mismatch'),
  },
  {
    name: 'an offer without its artifact',
    offer: { message: { artifacts: [] } },
    expected: refused('offer-mismatch'),
  },
  {
    name: 'a downgrade',
    options: { config: { factory: { version: '1.0.0', counter: 5 } } },
    expected: refused('downgrade-forbidden'),
  },
  {
    name: 'the same counter with other bytes',
    options: { config: { factory: { version: '1.0.0', counter: 2 } } },
    expected: refused('downgrade-forbidden'),
  },
  {
    name: 'a downgrade that the manifest allows',
    options: { config: { factory: { version: '1.0.0', counter: 5 } } },
    offer: { manifest: { allowDowngrade: true } },
    expected: succeeds,
  },
  {
    name: 'an image bigger than its slot',
    options: { config: { components: { rootfs: { slots: places.slots, slotSizeBytes: 39_999 } } } },
    expected: refused('too-big-for-slot'),
  },
  {
    name: 'an image exactly as big as its slot',
    options: { config: { components: { rootfs: { slots: places.slots, slotSizeBytes: 40_000 } } } },
    expected: succeeds,
  },
  {
    name: 'no inactive slot at all',
    arrange: (world) => world.disk.erase(places.slots.b),
    expected: refused('slot-missing'),
  },
  {
    name: 'nobody can say which slot booted',
    options: { config: { bootedSlot: { file: places.commandLine, argument: 'other.word' } } },
    expected: refused('boot-facts-missing'),
  },
  {
    name: 'nobody can say which boot this is',
    options: { config: { bootId: { file: '/proc/nothing' } } },
    expected: refused('boot-facts-missing'),
  },
];

const downloads: readonly Scenario[] = [
  {
    name: 'a download that breaks off goes on where it stopped',
    arrange: (world) => world.server.downloadFaults.push({ breakAfterBytes: 10_000 }, { breakAfterBytes: 10_000 }),
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'a download that ends early goes on where it stopped',
    arrange: (world) => world.server.downloadFaults.push({ endAfterBytes: 39_999 }),
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'a server that ignores ranges: from the first byte again',
    arrange: (world) => world.server.downloadFaults.push({ breakAfterBytes: 20_000 }, { ignoreRange: true }),
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'a download that never brings a byte',
    arrange: (world) => {
      world.server.everyDownload = { breakAfterBytes: 0 };
    },
    expected: failsLoading('download-failed'),
  },
  {
    name: 'a slow link: each transfer brings a little, none is a failure',
    arrange: (world) => {
      world.server.everyDownload = { breakAfterBytes: 4_096 };
    },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'an artifact that the server does not have',
    arrange: (world) => {
      world.server.everyDownload = {
        noAnswer: { ok: false, kind: 'rejected', message: '404', retryAfterMs: null },
      };
    },
    expected: failsLoading('download-failed'),
  },
  {
    name: 'a busy server is asked again later',
    arrange: (world) => {
      const busy = { ok: false, kind: 'busy', message: '503', retryAfterMs: 5_000 } as const;
      world.server.downloadFaults.push({ noAnswer: busy }, { noAnswer: busy });
    },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'one flipped bit on the way: loaded once more',
    arrange: (world) => world.server.downloadFaults.push({ flipByteAt: 20_000 }),
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'a flipped bit every time: never activated',
    arrange: (world) => {
      world.server.everyDownload = { flipByteAt: 39_999 };
    },
    expected: failsLoading('digest-mismatch'),
  },
  {
    name: 'more bytes than were signed, every time',
    arrange: (world) => {
      world.server.everyDownload = { extraBytes: 1 };
    },
    expected: failsLoading('length-mismatch'),
  },
  {
    name: 'a bit that rots in storage after the download: found before activation, loaded again',
    arrange: (world) => {
      let rotten = false;
      world.server.onReport = (_deployment, { status }) => {
        if (rotten || status !== 'downloading') return;
        rotten = true;
        rotWhenSynced(world, 3);
      };
    },
    expected: succeeds,
  },
];

/** Flips a bit in the inactive slot as soon as it was synced `times` times, once. */
function rotWhenSynced(world: World, times: number): void {
  let syncs = 0;
  world.disk.fail = ({ what, path }) => {
    if (what === 'sync' && path === places.slots.b) syncs++;
    if (syncs === times && what === 'write' && path.endsWith('journal.new')) {
      syncs++;
      const bytes = Buffer.from(world.disk.peek(places.slots.b) ?? Buffer.alloc(0));
      bytes[100] = (bytes[100] ?? 0) ^ 4;
      world.disk.poke(places.slots.b, bytes);
    }
    return undefined;
  };
}

const storage: readonly Scenario[] = [
  {
    name: 'no space in the slot',
    arrange: (world) => failAt(world, 'write', places.slots.b, 'ENOSPC', 4),
    expected: failsLoading('no-space'),
  },
  {
    name: 'the slot refuses a write',
    arrange: (world) => failAt(world, 'write', places.slots.b, 'EIO', 4),
    expected: failsLoading('storage-failed'),
  },
  {
    name: 'the slot refuses a sync',
    arrange: (world) => failAt(world, 'sync', places.slots.b, 'EIO', 1),
    expected: failsLoading('storage-failed'),
  },
  {
    name: 'the state folder is full for the journal: the reserve makes room',
    arrange: (world) => {
      world.server.onReport = (_deployment, { status }) => {
        if (status === 'downloading') world.disk.capacityBytes = usedBytes(world) + 10;
      };
    },
    expected: succeeds,
  },
  {
    name: 'the journal cannot be written when the offer comes',
    arrange: (world) => {
      world.server.onCheckIn = () => {
        if (world.server.last.reports.length === 0) failFor(world, 'journal.new', 'ENOSPC', 2);
      };
    },
    expected: refused('no-space'),
  },
  {
    name: 'the journal cannot be written during the download',
    arrange: (world) => {
      let once = false;
      world.server.onBytes = () => {
        if (!once) failFor(world, 'journal.new', 'EIO', 1);
        once = true;
      };
    },
    expected: failsLoading('storage-failed'),
  },
  {
    name: 'the environment refuses the write that makes the slot unbootable',
    options: { profile: 'rauc' },
    arrange: (world) => failAt(world, 'write', places.environment, 'EIO', 2),
    expected: failsLoading('storage-failed'),
  },
  {
    name: 'the environment refuses the activation once: tried again',
    arrange: (world) => failFor(world, 'uboot.env', 'EIO', 1),
    expected: succeeds,
  },
  {
    name: 'the environment refuses every activation',
    arrange: (world) => failFor(world, 'uboot.env', 'EIO', 1_000),
    expected: { status: 'failed', code: 'activation-failed', running: 'old' },
  },
  {
    name: 'the environment refuses the commit once: checks run again',
    arrange: (world) => {
      world.onCheck = (count) => {
        if (count === 1) failFor(world, 'uboot.env', 'EIO', 1);
        return undefined;
      };
    },
    expected: succeeds,
  },
  {
    name: 'the journal cannot be written after the commit: the environment is the truth',
    arrange: (world) => {
      world.onCheck = (count) => {
        if (count === 1) failAfterEnvironmentWrite(world);
        return undefined;
      };
    },
    expected: succeeds,
  },
];

function failAt(world: World, what: string, path: string, code: string, nth: number): void {
  let seen = 0;
  world.disk.fail = (operation) => {
    if (operation.what !== what || operation.path !== path) return undefined;
    return ++seen === nth ? code : undefined;
  };
}

function failFor(world: World, pathEnd: string, code: string, times: number): void {
  let left = times;
  world.disk.fail = ({ what, path }) => (what === 'write' && path.endsWith(pathEnd) && left-- > 0 ? code : undefined);
}

function failAfterEnvironmentWrite(world: World): void {
  let written = false;
  let left = 3;
  world.disk.fail = ({ what, path }) => {
    if (path === places.environment && what === 'sync') written = true;
    return written && what === 'write' && path.endsWith('journal.new') && left-- > 0 ? 'ENOSPC' : undefined;
  };
}

function usedBytes(world: World): number {
  const paths = [...Object.values(places.slots), places.environment, places.environmentConfig, places.commandLine];
  const state = ['journal', 'journal.backup', 'journal.reserve'].map((name) => `${places.state}/${name}`);
  return [...paths, places.bootId, ...state].reduce((sum, path) => sum + (world.disk.peek(path)?.length ?? 0), 0);
}

const serverGone: readonly Scenario[] = [
  { name: 'server away while downloading', arrange: awayDuring('downloading'), expected: succeeds },
  { name: 'server away while installing', arrange: awayDuring('installing'), expected: succeeds },
  { name: 'server away while rebooting', arrange: awayDuring('rebooting'), expected: succeeds },
  { name: 'server away while checking', arrange: awayDuring('checking'), expected: succeeds },
  {
    name: 'server away from the offer to the end',
    arrange: awayDuring('downloading', 'installing', 'rebooting', 'checking'),
    expected: succeeds,
  },
  {
    name: 'server away from the first byte of a bad release to the end',
    behaviour: 'health-fails',
    arrange: awayDuring('downloading', 'installing', 'rebooting', 'checking'),
    expected: { status: 'rolledBack', code: 'health-failed', running: 'old' },
  },
  {
    name: 'server gone for good after the install, mode report: never a rollback',
    arrange: (world) => {
      let waits = 0;
      world.onSleep = () => waits++;
      world.server.isDown = (_call, status) => status === 'rebooting' && waits < 100;
    },
    expected: succeeds,
  },
  {
    name: 'server gone after the reboot, mode require: rolled back',
    options: { config: { health: { server: { mode: 'require', timeoutSeconds: 30 } } } },
    arrange: (world) => {
      world.server.isDown = (call, status) => call === 'reach' && status === 'checking';
    },
    expected: rollsBack,
  },
  {
    name: 'mode require and the server comes back in time',
    options: { config: { health: { server: { mode: 'require', timeoutSeconds: 30 } } } },
    arrange: (world) => {
      let asked = 0;
      world.server.isDown = (call) => call === 'reach' && asked++ < 4;
    },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'every second answer is lost: reports come twice',
    arrange: (world) => {
      world.server.losesAnswer = (call) => call % 2 === 0;
    },
    expected: succeeds,
  },
  {
    name: 'the first ten answers are lost',
    arrange: (world) => {
      world.server.losesAnswer = (call) => call <= 10;
    },
    expected: succeeds,
  },
  {
    name: 'a report that the server rejects does not block the others',
    arrange: (world) => {
      world.server.rejectReports = ({ status }) => status === 'installing';
    },
    expected: { ...succeeds, moves: ['downloading', 'rebooting', 'checking', 'succeeded'] },
  },
  {
    name: 'a server that keeps offering what has failed here',
    behaviour: 'health-fails',
    arrange: (world) => {
      world.server.offersFinished = 5;
    },
    expected: rollsBack,
  },
];

const health: readonly Scenario[] = [
  { name: 'a health check fails', behaviour: 'health-fails', expected: rollsBack },
  { name: 'a health check hangs', behaviour: 'health-hangs', expected: rollsBack },
  {
    name: 'a health check fails, RAUC names',
    options: { profile: 'rauc' },
    behaviour: 'health-fails',
    expected: rollsBack,
  },
  {
    name: 'a health check fails, Mender names',
    options: { profile: 'mender' },
    behaviour: 'health-fails',
    expected: rollsBack,
  },
  {
    name: 'a health check that is not there',
    arrange: (world) => {
      world.onCheck = () => ({ ended: 'not-started', message: 'spawn ENOENT', output: '' });
    },
    expected: rollsBack,
  },
  {
    name: 'the watchdog resets the device during the first check: checked again, committed',
    arrange: (world) => {
      world.onCheck = (count) => (count === 1 ? 'reset' : undefined);
    },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'the watchdog resets the device during every check: the boot loader falls back',
    arrange: (world) => {
      world.onCheck = () => 'reset';
    },
    expected: { ...fallsBack, moves: ['downloading', 'installing', 'rebooting', 'checking', 'rolledBack'] },
  },
  {
    name: 'the watchdog resets every check, RAUC names',
    options: { profile: 'rauc' },
    arrange: (world) => {
      world.onCheck = () => 'reset';
    },
    expected: { ...fallsBack, moves: ['downloading', 'installing', 'rebooting', 'checking', 'rolledBack'] },
  },
  {
    name: 'the reset takes longer to fall back than checks may be started',
    options: { config: { boot: { driver: 'uboot', configFile: places.environmentConfig, bootLimit: 9 } } },
    arrange: (world) => {
      world.onCheck = () => 'reset';
    },
    expected: rollsBack,
  },
];

const booting: readonly Scenario[] = [
  { name: 'the new image does not boot', behaviour: 'boot-fails', expected: fallsBack },
  {
    name: 'the new image does not boot, RAUC names',
    options: { profile: 'rauc' },
    behaviour: 'boot-fails',
    expected: fallsBack,
  },
  {
    name: 'the new image does not boot, Mender names',
    options: { profile: 'mender' },
    behaviour: 'boot-fails',
    expected: fallsBack,
  },
  {
    name: 'a boot loader that never starts a trial',
    arrange: (world) => {
      world.board.ignoresTrials = true;
    },
    expected: fallsBack,
  },
  {
    name: 'a reboot command that does nothing',
    arrange: (world) => {
      world.rebootCommand = 'does-nothing';
    },
    expected: {
      status: 'failed',
      code: 'reboot-failed',
      running: 'old',
      moves: ['downloading', 'installing', 'rebooting', 'failed'],
    },
  },
  {
    name: 'a reboot command that fails',
    arrange: (world) => {
      world.rebootCommand = 'fails';
    },
    expected: { status: 'failed', code: 'reboot-failed', running: 'old' },
  },
  {
    name: 'a reboot command that hangs once',
    arrange: (world) => {
      world.rebootCommand = 'hangs';
      world.onSleep = () => {
        world.rebootCommand = 'works';
      };
    },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'a reboot command that does nothing while rolling back, for a while',
    behaviour: 'health-fails',
    arrange: (world) => {
      let waits = 0;
      world.onCheck = () => {
        world.rebootCommand = 'does-nothing';
        world.onSleep = () => {
          if (++waits === 5) world.rebootCommand = 'works';
        };
        return undefined;
      };
    },
    expected: rollsBack,
  },
];

const aborts: readonly Scenario[] = [
  {
    name: 'abort of an offer whose answer was lost: the device never saw it and says so',
    arrange: (world) => {
      world.server.losesAnswer = (call) => {
        if (call === 1) world.server.last.abort = true;
        return call === 1;
      };
    },
    expected: aborted(),
  },
  {
    name: 'abort before the device has begun to download',
    arrange: (world) => {
      world.server.abortAt = 'downloading';
      world.server.everyDownload = { breakAfterBytes: 0 };
    },
    expected: aborted('downloading'),
  },
  {
    name: 'abort in the middle of the download',
    arrange: (world) => {
      world.server.onBytes = () => {
        world.monotonicMs += 6_000;
        if (world.monotonicMs > 20_000) world.server.last.abort = true;
      };
    },
    expected: aborted('downloading'),
  },
  {
    name: 'abort while installing: the activation is taken back',
    arrange: (world) => {
      world.server.abortAt = 'installing';
    },
    expected: { status: 'aborted', running: 'old' },
  },
  {
    name: 'abort when the device is about to reboot: taken back',
    arrange: (world) => {
      world.server.abortAt = 'rebooting';
    },
    expected: aborted('downloading', 'installing', 'rebooting'),
  },
  {
    name: 'abort when the device is about to reboot, RAUC names',
    options: { profile: 'rauc' },
    arrange: (world) => {
      world.server.abortAt = 'rebooting';
    },
    expected: aborted('downloading', 'installing', 'rebooting'),
  },
  {
    name: 'abort while checking comes too late',
    arrange: (world) => {
      world.server.abortAt = 'checking';
    },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'abort while checking a bad release comes too late, and it rolls back',
    behaviour: 'health-fails',
    arrange: (world) => {
      world.server.abortAt = 'checking';
    },
    expected: rollsBack,
  },
];

const memory: readonly Scenario[] = [
  {
    name: 'journal damaged while downloading: the backup or nothing, never a false word',
    arrange: (world) => damageJournalAt(world, 'downloading', ['journal']),
    expected: succeeds,
  },
  {
    name: 'journal damaged when the new slot starts: the backup knows the deployment',
    arrange: (world) => damageJournalAt(world, 'rebooting', ['journal']),
    expected: succeeds,
  },
  {
    name: 'journal and backup damaged when the new slot starts: the environment knows the deployment',
    arrange: (world) => damageJournalAt(world, 'rebooting', ['journal', 'journal.backup']),
    expected: succeeds,
  },
  {
    name: 'journal and backup damaged, and the new slot does not boot',
    behaviour: 'boot-fails',
    arrange: (world) => damageJournalAt(world, 'rebooting', ['journal', 'journal.backup']),
    expected: fallsBack,
  },
  {
    name: 'journal and backup damaged, and the new slot is unhealthy',
    behaviour: 'health-fails',
    arrange: (world) => damageJournalAt(world, 'rebooting', ['journal', 'journal.backup']),
    expected: rollsBack,
  },
  {
    name: 'journal and backup erased when the new slot starts',
    arrange: (world) => damageJournalAt(world, 'rebooting', ['journal', 'journal.backup'], 'erase'),
    expected: succeeds,
  },
  {
    name: 'the environment is damaged before the offer',
    arrange: (world) => {
      world.board.damageEnvironment();
    },
    expected: refused('boot-environment-unreadable'),
  },
  {
    name: 'the environment is damaged during the download',
    arrange: (world) => {
      world.server.onReport = (_deployment, { status }) => {
        if (status === 'downloading') world.board.damageEnvironment();
      };
    },
    expected: { status: 'failed', code: 'storage-failed', running: 'old' },
  },
  {
    name: 'somebody takes the activation back before the reboot',
    arrange: (world) => {
      world.server.onReport = (_deployment, { status }) => {
        if (status === 'rebooting') world.board.setVariables({ slot: 'a', upgrade_available: '0' });
      };
      let reboots = 0;
      world.rebootCommand = 'does-nothing';
      world.onSleep = () => {
        if (++reboots > 5) world.rebootCommand = 'works';
      };
    },
    expected: { status: 'failed', code: 'environment-changed', running: 'old' },
  },
  {
    name: 'somebody takes the activation back and reboots',
    arrange: (world) => {
      world.server.onReport = (_deployment, { status }) => {
        if (status === 'rebooting') world.board.setVariables({ slot: 'a', upgrade_available: '0' });
      };
    },
    expected: fallsBack,
  },
  {
    name: 'somebody else commits the new slot while it is checked, and it is good',
    arrange: (world) => {
      world.onCheck = () => {
        world.board.setVariables({ upgrade_available: '0' });
        return undefined;
      };
    },
    expected: { ...succeeds, moves: fullPath },
  },
  {
    name: 'somebody else commits the new slot while it is checked, and it is bad',
    behaviour: 'health-fails',
    arrange: (world) => {
      world.onCheck = () => {
        world.board.setVariables({ upgrade_available: '0' });
        return undefined;
      };
    },
    expected: rollsBack,
  },
];

function damageJournalAt(
  world: World,
  status: string,
  files: readonly string[],
  how: 'scramble' | 'erase' = 'scramble',
) {
  let done = false;
  const damage = () => {
    done = true;
    for (const file of files) {
      const path = `${places.state}/${file}`;
      if (how === 'erase') world.disk.erase(path);
      else world.disk.poke(path, seededBytes(5, 300));
    }
  };
  // Whatever the agent wrote since is lost with the next power-up: damage is done at the last moment.
  world.server.onReport = (_deployment, report) => {
    if (done || report.status !== status) return;
    if (status !== 'downloading') {
      world.onPowerUp = () => {
        if (!done) damage();
      };
      return;
    }
    world.onPowerUp = () => {
      if (!done) damage();
    };
    world.server.onBytes = () => {
      if (!done) world.cutPower();
    };
  };
}

/** Every named row: state × fault. Power cuts at every single write come on top (`scenarios.test.ts`). */
export const scenarios: readonly Scenario[] = [
  ...happy,
  ...refusals,
  ...downloads,
  ...storage,
  ...serverGone,
  ...health,
  ...booting,
  ...aborts,
  ...memory,
  ...waits,
  ...trusted,
  ...trustedTime,
  ...trustedState,
];
