import { FettleError } from '@fettle/model';
import { type Board, createBoard } from './board.ts';
import { imageBehaviours } from './catalogue.ts';
import type { BoardOptions } from './options.ts';

/** A line that somebody types or pipes in: what to do with the power of which board. */
export type PowerCommand =
  | { readonly ok: true; readonly action: 'cut-power' | 'power-on'; readonly device: string }
  | { readonly ok: false; readonly message: string };

const maxBoards = 64;
const required = {
  dir: 'string',
  server: 'string',
  fleet: 'string',
  device: 'string',
  deviceType: 'string',
  factoryImage: 'string',
  slotSizeBytes: 'number',
  agentCommand: 'list',
  catalogue: 'list',
} as const;
const optional = {
  tenant: 'string',
  trustKeyPem: 'string',
  roots: 'object',
  claimToken: 'string',
  component: 'string',
  bootLimit: 'number',
  agentConfig: 'object',
  readiness: 'object',
  timings: 'object',
} as const;

/**
 * Makes the boards of a board file: `{"boards": [{…}]}` with the fields of `BoardOptions`.
 * @throws FettleError `invalid-input` naming the field that is missing, unknown or of the wrong kind
 */
export function createBoards(text: string, onEvent: (line: string) => void): Board[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FettleError('invalid-input', 'The board file is not JSON.', { cause });
  }
  const boards = kindOf(value) === 'object' ? (value as { boards?: unknown }).boards : undefined;
  if (!Array.isArray(boards) || boards.length === 0 || boards.length > maxBoards) {
    throw new FettleError('invalid-input', `A board file needs "boards", a list of 1 to ${maxBoards}.`);
  }
  return boards.map((entry: unknown) => {
    const options = readOptions(entry);
    const tell = (event: object) => onEvent(JSON.stringify({ board: options.device, ...event }));
    return createBoard({ ...options, onEvent: tell });
  });
}

/** Reads `cut-power DEVICE` or `power-on DEVICE`. */
export function readCommand(line: string): PowerCommand {
  const [action, device, ...rest] = line.trim().split(/\s+/);
  if ((action === 'cut-power' || action === 'power-on') && device && rest.length === 0) {
    return { ok: true, action, device };
  }
  return { ok: false, message: `Expected "cut-power DEVICE" or "power-on DEVICE", found "${line.slice(0, 80)}".` };
}

/** Obeys a command. @returns what stands in its way, if anything does */
export async function obey(boards: readonly Board[], line: string): Promise<string | undefined> {
  const command = readCommand(line);
  if (!command.ok) return command.message;
  const board = boards.find((candidate) => candidate.device === command.device);
  if (!board) return `There is no board ${command.device.slice(0, 80)}.`;
  if (command.action === 'cut-power') await board.cutPower();
  else if (board.state !== 'off') return `Board ${board.device} is ${board.state} already.`;
  else board.powerOn();
  return undefined;
}

function readOptions(entry: unknown): BoardOptions {
  if (kindOf(entry) !== 'object') throw new FettleError('invalid-input', 'A board must be a JSON object.');
  const fields = entry as Record<string, unknown>;
  const known: Readonly<Record<string, string>> = { ...required, ...optional };
  for (const [name, value] of Object.entries(fields)) {
    if (known[name] === undefined)
      throw new FettleError('invalid-input', `A board has no field "${name.slice(0, 40)}".`);
    if (kindOf(value) !== known[name]) throw new FettleError('invalid-input', `"${name}" must be a ${known[name]}.`);
  }
  const missing = Object.keys(required).find((name) => fields[name] === undefined);
  if (missing) throw new FettleError('invalid-input', `A board needs "${missing}".`);
  const options = fields as unknown as BoardOptions;
  const { image: imageRoot = '', director = '' } = options.roots ?? {};
  if (kindOf(imageRoot) !== 'string' || kindOf(director) !== 'string') {
    throw new FettleError('invalid-input', '"roots" must be the text of two files, image and director.');
  }
  for (const image of options.catalogue) {
    if (kindOf(image) === 'object' && imageBehaviours.includes(image.behaviour)) continue;
    const message = `An image of the catalogue needs a behaviour: ${imageBehaviours.join(', ')}.`;
    throw new FettleError('invalid-input', message);
  }
  return options;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}
