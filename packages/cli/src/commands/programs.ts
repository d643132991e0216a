import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import type { Command } from 'commander';
import { environment } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { locateProgram, nodeArguments, type ProgramName } from '../programs.ts';
import { type Shell, wordsOf } from '../shell.ts';

/** `fettle serve` and `fettle simulate`: other programs, which read their own options. */
export function addProgramCommands(program: Command, shell: Shell): void {
  addHandOver(program, shell, { name: 'serve', program: 'server', summary: 'run the server' });
  addHandOver(program, shell, { name: 'witness', program: 'witness', summary: 'cosign the audit logs of servers' });
  addHandOver(program, shell, {
    name: 'signer',
    program: 'signer',
    summary: 'hold the online keys in a process of its own',
  });
  addHandOver(program, shell, { name: 'simulate', program: 'fleet', summary: 'run a fleet of simulated devices' });
}

function addHandOver(
  program: Command,
  shell: Shell,
  spec: { readonly name: string; readonly program: ProgramName; readonly summary: string },
): void {
  const command = program
    .command(`${spec.name} [options...]`)
    .description(`${spec.summary}; its own options follow (--help lists them)`)
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions();
  command.action(async () => {
    shell.command = wordsOf(command);
    shell.exit = await handOver(locateProgram(spec.program), command.args);
  });
}

/** Becomes the program where the system can do that, so that signals and exit code are its own; else runs it. */
export async function handOver(file: string, args: readonly string[]): Promise<ExitCode> {
  const line = nodeArguments(file, args);
  if (process.platform !== 'win32' && typeof process.execve === 'function') {
    process.execve(process.execPath, [process.execPath, ...line], { ...environment });
  }
  const child = spawn(process.execPath, line, { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGTERM', forward);
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGTERM', forward);
  return code === 0 ? exitCodes.ok : exitCodes.unexpected;
}
