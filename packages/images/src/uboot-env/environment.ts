import { crc32 } from 'node:zlib';
import { FettleError } from '@fettle/model';

/** `single`: one copy without a flag; `redundant`: one of two copies, with a flag byte that says which is newer. */
export type EnvForm = 'single' | 'redundant';

/** What one copy holds, or why it holds nothing. `flag` is null in the single form, 0-255 in the redundant one. */
export type ParsedEnvironment =
  | { readonly ok: true; readonly variables: Map<string, string>; readonly flag: number | null }
  | { readonly ok: false; readonly message: string };

/** Real environments have 8 KiB to 512 KiB; more than this is a wrong offset, not an environment. */
export const maxEnvironmentBytes = 1_048_576;
/** A checksum, a flag and the NUL that ends an empty list. */
export const minEnvironmentBytes = 6;

/**
 * Reads one copy of a U-Boot environment.
 * Names and values are bytes, one character (0-255) each, so that what others wrote survives a rewrite unchanged.
 * A variable without a value does not exist: U-Boot deletes it when it imports one.
 * Never throws; time and memory are linear in the copy.
 * @param copy exactly the configured size of the environment: the padding counts in the checksum
 * @source U-Boot 2023.01 include/env_internal.h (layout), lib/hashtable.c himport_r (list)
 */
export function parseEnvironment(copy: Uint8Array, form: EnvForm): ParsedEnvironment {
  if (copy.length < minEnvironmentBytes || copy.length > maxEnvironmentBytes) {
    const message = `Expected ${minEnvironmentBytes} to ${maxEnvironmentBytes} bytes of environment, found ${copy.length}.`;
    return { ok: false, message };
  }
  const bytes = Buffer.from(copy.buffer, copy.byteOffset, copy.byteLength);
  const stored = bytes.readUInt32LE(0);
  const data = bytes.subarray(headerBytes(form));
  const found = crc32(data);
  if (stored !== found) {
    const message = `Expected checksum ${hex(stored)}, found ${hex(found)}: the copy is damaged, was never written, or its size or form is configured wrongly.`;
    return { ok: false, message };
  }
  const variables = readList(data);
  if (!variables) return { ok: false, message: 'The list of variables has an entry without a name.' };
  return { ok: true, variables, flag: form === 'redundant' ? bytes.readUInt8(4) : null };
}

/**
 * Writes one copy of a U-Boot environment, padded with zeros to its configured size.
 * Variables with an empty value are left out, as U-Boot would delete them.
 * @param layout `flag` (0-255) goes into the redundant form and is ignored in the single one
 * @throws FettleError `too-large` when the variables do not fit, `invalid-input` when a name or value cannot be stored
 * @source U-Boot 2023.01 include/env_internal.h
 */
export function encodeEnvironment(
  variables: ReadonlyMap<string, string>,
  layout: { readonly form: EnvForm; readonly sizeBytes: number; readonly flag?: number | null },
): Uint8Array {
  const { form, sizeBytes } = layout;
  if (!Number.isInteger(sizeBytes) || sizeBytes < minEnvironmentBytes || sizeBytes > maxEnvironmentBytes) {
    const range = `${minEnvironmentBytes} to ${maxEnvironmentBytes}`;
    throw new FettleError('invalid-input', `An environment has ${range} bytes, not ${sizeBytes}.`);
  }
  const list = Buffer.from(listText(variables), 'latin1');
  const room = sizeBytes - headerBytes(form);
  if (list.length > room) {
    const message = `The variables take ${list.length} bytes, the environment has room for ${room}: remove some or enlarge it.`;
    throw new FettleError('too-large', message, { details: { neededBytes: list.length, roomBytes: room } });
  }
  const copy = Buffer.alloc(sizeBytes);
  list.copy(copy, headerBytes(form));
  copy.writeUInt32LE(crc32(copy.subarray(headerBytes(form))), 0);
  if (form === 'redundant') copy.writeUInt8(flagByte(layout.flag), 4);
  return copy;
}

// CRC32 (4), then in the redundant form the flag, which the checksum does not cover.
function headerBytes(form: EnvForm): number {
  return form === 'redundant' ? 5 : 4;
}

function readList(data: Buffer): Map<string, string> | undefined {
  const variables = new Map<string, string>();
  let at = 0;
  while (at < data.length && data[at] !== 0) {
    const nul = data.indexOf(0, at);
    const end = nul < 0 ? data.length : nul;
    const equals = data.subarray(at, end).indexOf(0x3d);
    if (equals === 0) return undefined;
    const name = data.toString('latin1', at, equals < 0 ? end : at + equals);
    const value = equals < 0 ? '' : data.toString('latin1', at + equals + 1, end);
    if (value === '') variables.delete(name);
    else variables.set(name, value);
    at = end + 1;
  }
  return variables;
}

function listText(variables: ReadonlyMap<string, string>): string {
  let text = '';
  for (const [name, value] of variables) {
    if (name === '' || name.includes('=') || !isBytes(name)) {
      throw new FettleError(
        'invalid-input',
        `"${name.slice(0, 80)}" cannot be a variable: names are bytes but NUL and "=".`,
      );
    }
    if (!isBytes(value)) {
      throw new FettleError(
        'invalid-input',
        `The value of "${name.slice(0, 80)}" cannot be stored: values are bytes but NUL.`,
      );
    }
    if (value !== '') text += `${name}=${value}\0`;
  }
  return `${text}\0`;
}

function isBytes(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code > 0xff) return false;
  }
  return true;
}

function flagByte(flag: number | null | undefined): number {
  if (typeof flag === 'number' && Number.isInteger(flag) && flag >= 0 && flag <= 0xff) return flag;
  throw new FettleError('invalid-input', `A redundant copy needs a flag of 0 to 255, not ${flag}.`);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
