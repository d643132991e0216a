import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real agent process, in a process group of its own so that a power cut reaches its children too. */
export interface AgentProcess {
  readonly pid: number;
  /** Resolves once when the process is gone. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal to the process and its children; does nothing when they are gone. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

/** Starts the agent; what it prints goes to the end of the log file. */
export function startAgent(command: readonly string[], options: { dir: string; logFile: string }): AgentProcess {
  const [program = '', ...args] = command;
  const log = openSync(options.logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(program, args, { cwd: options.dir, detached: true, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const { pid } = child;
  const signal = (name: 'SIGTERM' | 'SIGKILL') => {
    if (pid !== undefined) signalGroup(pid, name);
  };
  if (pid !== undefined) {
    killedAtExit.add(pid);
    if (killedAtExit.size === 1) process.on('exit', killAll);
    void ended.then(() => {
      // Children that outlive the agent die with it: nothing runs on a board without its system.
      signal('SIGKILL');
      killedAtExit.delete(pid);
      if (killedAtExit.size === 0) process.off('exit', killAll);
    });
  }
  return { pid: pid ?? 0, ended, signal };
}

// Groups of their own would survive this program otherwise.
const killedAtExit = new Set<number>();

function killAll(): void {
  for (const pid of killedAtExit) signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
