import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type Attributes, FettleError } from '@fettle/model';
import { type AgentProcess, startAgent } from './agent-process.ts';
import { type BoardFiles, logTail, manufacture, writeReadiness } from './board-files.ts';
import { type BootChoice, chooseSlot, type SlotName } from './boot-loader.ts';
import { imageInSlot, type KnownImage } from './catalogue.ts';
import { readEnvironmentFile, writeEnvironmentFile } from './environment-file.ts';
import type { BoardEvent, BootRecord } from './history.ts';
import { type BoardOptions, type BoardTimings, defaultTimings } from './options.ts';

export type BoardState = 'off' | 'booting' | 'running' | 'rebooting' | 'unbootable';

/** What a board has on its storage, as its boot loader sees it. */
export interface BoardInspection {
  readonly environmentLost: boolean;
  readonly choice: BootChoice;
  /** The whole, known image in each slot. */
  readonly images: Readonly<Record<SlotName, KnownImage | undefined>>;
}

const rebootPollMs = 20;
const maxHistory = 10_000;

/** Makes a board, or takes up the one that the folder holds. It is off until `powerOn`. */
export function createBoard(options: BoardOptions): Board {
  return new Board(options, manufacture(options));
}

/** Plays boot loader, watchdog, service manager and power switch for a real agent process. */
export class Board {
  readonly device: string;
  readonly files: BoardFiles;
  readonly #options: BoardOptions;
  readonly #timings: BoardTimings;
  readonly #history: BoardEvent[] = [];
  #state: BoardState = 'off';
  #running: BootRecord | undefined;
  #agent: AgentProcess | undefined;
  #power = new AbortController();
  #life: Promise<void> = Promise.resolve();

  constructor(options: BoardOptions, files: BoardFiles) {
    this.device = options.device;
    this.files = files;
    this.#options = options;
    this.#timings = { ...defaultTimings, ...options.timings };
  }

  get state(): BoardState {
    return this.#state;
  }

  /** What happened so far, oldest first; the oldest are forgotten past 10,000. */
  get history(): readonly BoardEvent[] {
    return this.#history;
  }

  /** The slot whose system runs now. */
  get runningSlot(): SlotName | undefined {
    return this.#running?.slot;
  }

  /** SHA-256 of the image whose system runs now. */
  get runningDigest(): string | undefined {
    return this.#running?.digest;
  }

  /** The variables of the environment as a boot loader would read them now. */
  readEnvironment(): Map<string, string> | undefined {
    return readEnvironmentFile(this.files.environment);
  }

  /** What the next boot would find: meant for a board without power, when nothing changes any more. */
  inspect(): BoardInspection {
    const { slots } = this.files;
    const { catalogue } = this.#options;
    const variables = this.readEnvironment();
    const images = { a: imageInSlot(slots.a, catalogue), b: imageInSlot(slots.b, catalogue) };
    return { environmentLost: variables === undefined, choice: chooseSlot(variables), images };
  }

  /**
   * From now on the readiness program of the board says this.
   * @throws FettleError `wrong-state` when the board has none
   */
  say(attributes: Attributes): void {
    if (this.#options.readiness === undefined) {
      throw new FettleError('wrong-state', `Board ${this.device} has no readiness program (option readiness).`);
    }
    writeReadiness(this.files, attributes);
  }

  agentLogTail(characters = 4_000): string {
    return logTail(this.files, characters);
  }

  /**
   * Switches the power on; boots and reboots go on by themselves from here.
   * @throws FettleError `wrong-state` when the power is on already
   */
  powerOn(): void {
    if (this.#state !== 'off') throw new FettleError('wrong-state', `The board is ${this.#state}, not off.`);
    this.#state = 'booting';
    this.#power = new AbortController();
    const { signal } = this.#power;
    this.#life = this.#live(signal).catch((error: unknown) => {
      // Pulling the plug ends every wait by an AbortError; anything else is a fault of the board itself.
      if (!signal.aborted) this.#tell({ kind: 'broken', message: (error as Error).message });
    });
  }

  /** Pulls the plug, at any moment: the agent and its children are gone without a word. */
  async cutPower(): Promise<void> {
    if (this.#state === 'off') return;
    this.#agent?.signal('SIGKILL');
    await this.#off();
    this.#tell({ kind: 'power-cut' });
  }

  /** Shuts the system down in an orderly way and switches the power off. */
  async stop(): Promise<void> {
    if (this.#state === 'off') return;
    await this.#shutDown();
    await this.#off();
    this.#tell({ kind: 'stopped' });
  }

  async #off(): Promise<void> {
    this.#power.abort();
    await this.#life;
    this.#agent?.signal('SIGKILL');
    await this.#agent?.ended;
    this.#agent = undefined;
    this.#running = undefined;
    this.#state = 'off';
  }

  /** From power-on until the plug is pulled: boots, and boots again whenever the system asks for it. */
  async #live(power: AbortSignal): Promise<void> {
    for (;;) {
      const boot = await this.#boot(power);
      if (!boot) return;
      await this.#run(power);
      this.#state = 'rebooting';
      this.#running = undefined;
      await this.#shutDown();
      power.throwIfAborted();
    }
  }

  /** Boots until a system runs. @returns undefined when no slot ever will */
  async #boot(power: AbortSignal): Promise<BootRecord | undefined> {
    for (;;) {
      this.#state = 'booting';
      const boot = this.#load();
      await wait(this.#timings.bootMs, undefined, { signal: power });
      if (boot.behaviour === 'good' || boot.behaviour === 'health-fails') {
        this.#running = boot;
        this.#state = 'running';
        this.#tell({ kind: 'booted', boot });
        return boot;
      }
      if (boot.behaviour === 'hangs') await wait(this.#timings.watchdogMs, undefined, { signal: power });
      if (!boot.trial) {
        // Without a trial nothing counts, so the same slot would fail for ever: somebody has to drive there.
        this.#state = 'unbootable';
        this.#tell({ kind: 'unbootable', boot });
        return undefined;
      }
      this.#tell({ kind: 'boot-failed', boot });
    }
  }

  /** What the boot loader does before it jumps: choose, count, and tell the system what was started. */
  #load(): BootRecord {
    const { files } = this;
    rmSync(files.rebootRequest, { force: true });
    const variables = this.readEnvironment();
    const choice = chooseSlot(variables);
    if (choice.save) writeEnvironmentFile(files.environment, choice.save);
    const image = choice.slot && imageInSlot(files.slots[choice.slot], this.#options.catalogue);
    const bootId = randomUUID();
    writeFileSync(files.commandLine, `console=ttyS0 root=/dev/slot-${choice.slot} fettle.slot=${choice.slot} ro\n`);
    writeFileSync(files.bootId, `${bootId}\n`);
    writeFileSync(files.behaviour, `${image?.behaviour ?? 'not-bootable'}\n`);
    return {
      bootId,
      slot: choice.slot,
      trial: choice.trial,
      bootCount: choice.bootCount,
      fellBack: choice.fellBack,
      environmentLost: variables === undefined,
      digest: image?.digest,
      behaviour: image?.behaviour ?? 'not-bootable',
    };
  }

  /** Keeps the agent running until it asks for a reboot. */
  async #run(power: AbortSignal): Promise<void> {
    const command = [...this.#options.agentCommand, '--config', this.files.agentConfig];
    for (;;) {
      const agent = startAgent(command, { dir: this.#options.dir, logFile: this.files.agentLog });
      this.#agent = agent;
      // The plug may have been pulled while the process was being made.
      if (power.aborted) agent.signal('SIGKILL');
      let end: Awaited<typeof agent.ended> | undefined;
      void agent.ended.then((how) => {
        end = how;
      });
      while (!existsSync(this.files.rebootRequest)) {
        if (end) break;
        await wait(rebootPollMs, undefined, { signal: power });
      }
      if (existsSync(this.files.rebootRequest)) {
        this.#tell({ kind: 'reboot-requested' });
        return;
      }
      if (end) this.#tell({ kind: 'agent-exited', ...end });
      await wait(this.#timings.restartMs, undefined, { signal: power });
    }
  }

  async #shutDown(): Promise<void> {
    const agent = this.#agent;
    if (!agent) return;
    agent.signal('SIGTERM');
    const late = new AbortController();
    const grace = wait(this.#timings.graceMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([agent.ended, grace]);
    late.abort();
    agent.signal('SIGKILL');
    await agent.ended;
  }

  #tell(event: BoardEvent): void {
    this.#history.push(event);
    if (this.#history.length > maxHistory) this.#history.shift();
    this.#options.onEvent?.(event);
  }
}
