import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FettleError } from '@fettle/model';
import { generateKeyPem } from '@fettle/trust';
import { installation, type KeyPlace, placeText } from './key-roles.ts';

/** The folder of a tenant's keys, or of the installation's, for nobody but the signer's user. */
export function tenantFolder(folder: string, tenant: KeyPlace['tenant']): string {
  return tenant === installation ? join(folder, 'installation') : join(folder, 'tenants', tenant);
}

export function keyFile(folder: string, { tenant, role }: KeyPlace): string {
  return join(tenantFolder(folder, tenant), `${role}.pem`);
}

/** Makes a key unless there is one; a crash leaves none or a whole one. @returns whether it was made */
export function ensureKeyFile(folder: string, place: KeyPlace): boolean {
  const file = keyFile(folder, place);
  if (existsSync(file)) return false;
  mkdirSync(tenantFolder(folder, place.tenant), { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  // Left by a crash: nobody has seen its public half.
  rmSync(fresh, { force: true });
  const descriptor = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(descriptor, generateKeyPem('ed25519').privateKeyPem);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
  syncFolder(tenantFolder(folder, place.tenant));
  return true;
}

/** Puts a key aside, so that a new one is made; it is not destroyed: somebody may have to look at it. */
export function setKeyFileAside(folder: string, place: KeyPlace, at: number): void {
  const file = keyFile(folder, place);
  if (!existsSync(file)) return;
  renameSync(file, `${file}.replaced-${at}`);
  syncFolder(tenantFolder(folder, place.tenant));
}

/** @throws FettleError `not-found` when the key that was used so far is gone */
export function demandKeyFile(folder: string, place: KeyPlace): void {
  const file = keyFile(folder, place);
  if (existsSync(file)) return;
  const name = placeText(place);
  const message = `Expected the key of ${name} in ${file}, found none. Put it back from a backup, or name where it is held with --key; if it is lost, make a new one with --replace-key ${name}, and ${afterReplacing(place)}.`;
  throw new FettleError('not-found', message);
}

/** What has to follow when a key was replaced. */
export function afterReplacing({ role }: KeyPlace): string {
  if (role === 'audit-log') return 'begin a new log with fettle audit restart';
  return role === 'evidence' ? 'tell whoever verifies evidence of it' : 'sign a new root that names it';
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
