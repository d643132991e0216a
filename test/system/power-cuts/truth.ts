import { isFinal } from '@fettle/model';
import type { native } from '@fettle/protocol';
import type { Board, BoardEvent, KnownImage } from '@fettle/simulator';

/** Holds what a device does and says against what its board really runs. */
export class Truth {
  /** Everything that must never happen, in words. */
  readonly violations: string[] = [];
  /** The final status of each deployment, in order. */
  readonly outcomes = new Map<string, { status: string; code: string; behaviour: string }>();
  readonly #offered = new Map<string, KnownImage>();
  readonly #finals = new Map<string, string>();
  #committed: KnownImage;
  #newest: KnownImage | undefined;
  #board: Board | undefined;

  constructor(factory: KnownImage) {
    this.#committed = factory;
  }

  watch(board: Board): void {
    this.#board = board;
  }

  /** The image that was committed last. */
  get committed(): KnownImage {
    return this.#committed;
  }

  offered(deployment: string, image: KnownImage): void {
    this.#offered.set(deployment, image);
    this.#newest = image;
  }

  /** How each update ended, in words. */
  endings(): string[] {
    const outcomes = [...this.outcomes.values()];
    return outcomes.map(({ status, code, behaviour }) => `${behaviour} image ${status}${code && ` (${code})`}`);
  }

  isFinished(deployment: string): boolean {
    return this.#finals.has(deployment);
  }

  /** Every boot starts a whole image that was installed for this device; only a trial may start a bad one. */
  happened(event: BoardEvent): void {
    if (event.kind === 'unbootable' || event.kind === 'broken') this.#wrong(JSON.stringify(event));
    if (event.kind === 'agent-exited') this.#wrong(`the agent ended by itself: ${JSON.stringify(event)}`);
    if (event.kind !== 'booted' && event.kind !== 'boot-failed') return;
    const { boot } = event;
    if (boot.environmentLost) this.#wrong('no copy of the environment was valid');
    if (boot.behaviour === 'not-bootable') this.#wrong(`a half or unknown image was started: ${JSON.stringify(boot)}`);
    if (!boot.trial && boot.behaviour !== 'good') this.#wrong(`a bad image became permanent: ${JSON.stringify(boot)}`);
    const expected = [this.#committed.digest, this.#newest?.digest];
    if (!expected.includes(boot.digest)) this.#wrong(`an image ran that nobody asked for: ${JSON.stringify(boot)}`);
  }

  /** With the power off: what the boot loader would start now, and what it could fall back to. */
  inspect(board: Board): void {
    const found = whatIsWrongOnDisk(board);
    if (found) this.#wrong(`after the cut ${found}`);
  }

  /** What a device says it runs is what its board runs. */
  checkedIn(request: native.CheckInRequest): void {
    const running = this.#board?.runningDigest;
    const said = request.current.rootfs?.sha256;
    // Before its first update a device cannot know where in the slot its image ends.
    if (running === undefined || request.current.rootfs?.counter === 0) return;
    if (said !== running) this.#wrong(`the device says that it runs ${said}, its board runs ${running}`);
  }

  /** A final report says what is true at that moment, and is never contradicted. */
  reported(report: native.ReportMessage): void {
    if (!isFinal(report.status)) return;
    const image = this.#offered.get(report.deployment);
    if (!image) this.#wrong(`a report about a deployment that was never offered: ${JSON.stringify(report)}`);
    const before = this.#finals.get(report.deployment);
    if (before !== undefined && before !== report.status) this.#wrong(`${before} became ${report.status}`);
    if (!image || before !== undefined) return;
    this.#finals.set(report.deployment, report.status);
    const outcome = { status: report.status, code: report.error?.code ?? '', behaviour: image.behaviour };
    this.outcomes.set(report.deployment, outcome);
    const running = this.#board?.runningDigest;
    const runsIt = running === image.digest;
    // The board may have lost its power while the report was on its way: then its disk says what would run.
    if (running !== undefined && runsIt !== (report.status === 'succeeded')) {
      this.#wrong(`reported ${report.status} of ${image.digest} while ${running} runs`);
    }
    if (report.status !== 'succeeded') return;
    if (image.behaviour !== 'good') this.#wrong(`success with an image that is ${image.behaviour}`);
    this.#committed = image;
    const variables = this.#board?.readEnvironment();
    if (variables?.get('upgrade_available') === '1') this.#wrong('success was reported before the commit');
  }

  #wrong(what: string): void {
    this.violations.push(`${this.#board?.device}: ${what}`);
  }
}

function whatIsWrongOnDisk(board: Board): string | undefined {
  const { environmentLost, choice, images } = board.inspect();
  if (environmentLost) return 'no copy of the environment is valid';
  if (!choice.slot) return 'the environment names no slot';
  const image = images[choice.slot];
  if (!image) return `slot ${choice.slot} would start and holds no whole image`;
  if (!choice.trial) return image.behaviour === 'good' ? undefined : `a ${image.behaviour} image would start for good`;
  const behind = images[choice.slot === 'a' ? 'b' : 'a'];
  return behind?.behaviour === 'good' ? undefined : 'a trial has nothing to fall back to';
}
