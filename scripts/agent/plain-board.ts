import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PlainBoardOptions {
  /** An empty folder for the board's storage. */
  readonly folder: string;
  /** Program and first arguments that start the agent. */
  readonly agentCommand: readonly [string, ...string[]];
  readonly server: string;
  readonly claimToken: string;
  readonly releaseKeyPem: string;
  /** What slot a holds when the board leaves the factory; both slots have its size. */
  readonly factoryImage: Uint8Array;
}

/** The smallest board: two slots and the boot variables are plain files, rebooting is starting the agent again. */
export class PlainBoard {
  readonly configFile: string;
  /** The slots that were booted, oldest first. */
  readonly boots: string[] = [];
  readonly #options: PlainBoardOptions;
  #agent: ChildProcess | undefined;
  #log = '';

  constructor(options: PlainBoardOptions) {
    this.#options = options;
    this.configFile = this.#path('agent.json');
    mkdirSync(options.folder, { recursive: true });
    writeFileSync(this.#path('slot-a.img'), options.factoryImage);
    writeFileSync(this.#path('slot-b.img'), new Uint8Array(options.factoryImage.length));
    writeFileSync(this.#path('release-key.pem'), options.releaseKeyPem);
    writeFileSync(this.#path('boot.json'), JSON.stringify({ slot: 'a' }));
    writeFileSync(this.configFile, JSON.stringify(this.#config()));
    this.#writeBootFacts('a');
  }

  /** Boots as a boot loader would: counts a slot on trial and falls back from one that was never committed. */
  powerOn(): void {
    const variables = this.variables;
    if (variables.upgrade_available === '1') {
      const count = Number(variables.bootcount ?? '0') + 1;
      if (count > Number(variables.bootlimit ?? '1')) variables.slot = variables.slot === 'a' ? 'b' : 'a';
      variables.bootcount = String(count);
      writeFileSync(this.#path('boot.json'), JSON.stringify(variables));
    }
    const slot = variables.slot ?? 'a';
    this.#writeBootFacts(slot);
    this.boots.push(slot);
    const [program, ...args] = this.#options.agentCommand;
    const agent = spawn(program, [...args, '--config', this.configFile], { cwd: this.#options.folder });
    for (const stream of [agent.stdout, agent.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-100_000);
      });
    }
    this.#agent = agent;
  }

  async powerOff(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    if (agent === undefined || agent.exitCode !== null || agent.signalCode !== null) return;
    const gone = new Promise((resolve) => agent.once('exit', resolve));
    agent.kill('SIGKILL');
    await gone;
  }

  /** Reboots when the agent has asked for it. */
  async serveReboots(): Promise<void> {
    if (!existsSync(this.#path('reboot-requested'))) return;
    await this.powerOff();
    rmSync(this.#path('reboot-requested'));
    this.powerOn();
  }

  /** The boot variables as they are stored now. */
  get variables(): Record<string, string | undefined> {
    return JSON.parse(readFileSync(this.#path('boot.json'), 'utf8'));
  }

  /** SHA-256 of what the slot holds. */
  digestOf(slot: string): string {
    return createHash('sha256')
      .update(readFileSync(this.#path(`slot-${slot}.img`)))
      .digest('hex');
  }

  /** The end of what the agent wrote. */
  get log(): string {
    return this.#log;
  }

  #config(): object {
    const { server, claimToken } = this.#options;
    return {
      server,
      fleet: 'alone',
      device: 'alone-1',
      deviceType: 'board-a',
      stateDir: 'state',
      claimToken,
      trust: { keyFiles: ['release-key.pem'], threshold: 1 },
      components: { rootfs: { slots: { a: 'slot-a.img', b: 'slot-b.img' } } },
      boot: { driver: 'plain-file', file: 'boot.json' },
      bootedSlot: { file: 'cmdline', argument: 'fettle.slot' },
      bootId: { file: 'boot-id' },
      reboot: { command: ['/bin/sh', '-c', `: >'${this.#path('reboot-requested')}'`] },
      health: { checks: [{ name: 'app', command: ['/bin/true'], timeoutSeconds: 10 }] },
      factory: { version: '1.0.0', counter: 1 },
      checkIn: { minSeconds: 1, maxSeconds: 1 },
    };
  }

  #writeBootFacts(slot: string): void {
    writeFileSync(this.#path('cmdline'), `root=/dev/mmcblk0 fettle.slot=${slot}\n`);
    writeFileSync(this.#path('boot-id'), `${randomUUID()}\n`);
  }

  #path(name: string): string {
    return join(this.#options.folder, name);
  }
}
