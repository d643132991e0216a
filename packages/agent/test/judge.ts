import assert from 'node:assert/strict';
import type { DeploymentStatus } from '@fettle/model';
import type { Slot } from '../src/boot/boot-driver.ts';
import type { World } from './world.ts';

export interface Expected {
  readonly status: DeploymentStatus;
  readonly code?: string;
  /** `offered`: what was offered last, where that is more than one. */
  readonly running: 'old' | 'new' | 'offered';
  /** Statuses as the server saw them move; left out where the fault decides which of them get through. */
  readonly moves?: readonly DeploymentStatus[];
  /** What the error has to say. */
  readonly message?: RegExp;
  /** What the server was told that the device waits for, in order. */
  readonly waits?: readonly string[];
}

/** A device in the end: bootable, running what it says, and telling the truth about the deployment. */
export function judge(world: World, expected: Expected): void {
  const { board, server } = world;
  const { status, error, moves } = server.last;
  const log = () => `\n${world.lines.slice(-25).join('')}`;
  judgeSafety(world);
  assert.deepEqual({ status, code: error?.code }, { status: expected.status, code: expected.code }, log());
  const wanted = { old: world.old, new: world.next, offered: server.last.image }[expected.running];
  assert.ok(board.running?.image.bytes.equals(wanted.bytes), `runs ${board.running?.image.version}${log()}`);
  if (expected.message) assert.match(error?.message ?? '', expected.message);
  const told = server.last.reports.flatMap(({ detail }) => /^waiting: (.*)$/.exec(detail ?? '')?.[1] ?? []);
  if (expected.waits) assert.deepEqual(told, expected.waits, log());
  if (expected.moves) assert.deepEqual(moves, expected.moves);
}

/** What must hold after every fault whatever the outcome. */
export function judgeSafety(world: World): void {
  const { board, server } = world;
  const log = `\n${world.lines.slice(-25).join('')}`;
  assert.deepEqual(server.offences, [], `false reports${log}`);
  assert.equal(board.unbootable, 0, `unbootable${log}`);
  assert.equal(board.wrongImages, 0, `a wrong image was started${log}`);
  const before = board.running;
  assert.ok(before, 'nothing runs');
  const { status, image } = server.last;
  const newRuns = before.image.bytes.equals(image.bytes);
  if (status === 'succeeded') assert.ok(newRuns, `reported success, runs ${before.image.version}${log}`);
  else if (status !== 'offered') assert.ok(!newRuns, `reported ${status}, runs ${before.image.version}${log}`);
}

/** Switches the device off and on again: what runs now must still run, so it is committed and not on trial. */
export function judgeStaysAfterPowerCycle(world: World): void {
  const slot: Slot | undefined = world.board.running?.slot;
  world.disk.crash();
  for (let n = 0; n < 5; n++) {
    assert.ok(world.board.boot(), 'does not boot after a power cycle');
    assert.equal(world.board.running?.slot, slot, 'another slot runs after a power cycle');
    // RAUC's boot script takes an attempt at each boot, which the agent gives back at each start.
    if (world.board.profile === 'rauc' && n === 1) return;
  }
}
