import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';

// The commands that a job says to its runner. @source GitHub, "Workflow commands for GitHub Actions"

export type AnnotationLevel = 'error' | 'warning' | 'notice';

/** One line that the runner shows beside the job. Whatever the texts hold, it stays one command. */
export function annotation(level: AnnotationLevel, title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}\n`;
}

/** Has the runner hide a text wherever it is said from now on. */
export function mask(secret: string): string {
  return secret.trim() === '' ? '' : `::add-mask::${escapeData(secret)}\n`;
}

/** Text that cannot be taken for a command by the runner: `::` begins one at the start of a line, `##[` anywhere. */
export function plainLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/^(?=\s*::)/, '| ').replaceAll('##[', '## ['))
    .join('\n');
}

/** Adds one output to the file that the runner names; the delimiter cannot be foreseen by what the value holds. */
export async function writeOutput(file: string | undefined, name: string, value: string): Promise<void> {
  if (!file) return;
  const delimiter = `ghadelimiter_${randomUUID()}`;
  await appendFile(file, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
