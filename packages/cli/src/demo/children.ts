import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../io.ts';

/** How to start a program of the demo. */
export interface ChildSpec {
  readonly name: string;
  readonly command: readonly string[];
  readonly logFile: string;
  readonly env: Environment;
  /** Called when the program ends although nobody asked it to. */
  readonly onEnd: (how: string) => void;
}

/** A program that runs beside the demo, known by its process id. */
export interface Child {
  readonly name: string;
  readonly logFile: string;
}

const graceMs = 8_000;

/** Starts programs, and ends every one of them whatever happens. */
export class Children {
  readonly #running = new Map<ChildProcess, Promise<void>>();
  // The last resort, when this process is torn down before it could wait. Asking is right even then: the boards have
  // agents of their own to end.
  readonly #killAll = () => {
    for (const child of this.#running.keys()) child.kill('SIGTERM');
  };

  #stopping = false;

  constructor() {
    process.on('exit', this.#killAll);
  }

  start(spec: ChildSpec): Child {
    const [program = '', ...args] = spec.command;
    const log = openSync(spec.logFile, 'a', 0o600);
    try {
      // Standard input stays open: the boards end when it closes, even if this process is killed outright.
      const running = spawn(program, args, { stdio: ['pipe', log, log], env: { ...spec.env } });
      const over = new Promise<void>((resolve) => {
        running.once('error', (error) => {
          this.#tell(spec, error.message);
          resolve();
        });
        running.once('exit', (code, signal) => {
          this.#tell(spec, signal === null ? `exit code ${code}` : `signal ${signal}`);
          resolve();
        });
      });
      running.stdin?.on('error', () => {});
      const child: Child = { name: spec.name, logFile: spec.logFile };
      this.#running.set(running, over);
      void over.then(() => this.#running.delete(running));
      return child;
    } finally {
      closeSync(log);
    }
  }

  /** Ends all programs, the last started first: asks, waits, and insists. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const [running, over] of [...this.#running].reverse()) {
      const late = new AbortController();
      running.kill('SIGTERM');
      const grace = delay(graceMs, undefined, { signal: late.signal }).catch(() => {});
      await Promise.race([over, grace]);
      late.abort();
      running.kill('SIGKILL');
      await over;
    }
    process.off('exit', this.#killAll);
  }

  #tell({ onEnd }: ChildSpec, how: string): void {
    if (!this.#stopping) onEnd(how);
  }
}

/** The last lines of a program's log, for whoever has to find out what went wrong. */
export function logTail(child: Child, lines: number): string {
  if (!existsSync(child.logFile)) return '';
  return readFileSync(child.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
