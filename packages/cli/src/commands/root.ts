import type { Command } from 'commander';
import { addNoun, type Shell } from '../shell.ts';
import { addRootAirGap } from './root-air-gap.ts';
import { addRootChanges } from './root-changes.ts';
import { addRootDelegations } from './root-delegations.ts';
import { addRootRevoke } from './root-revoke.ts';
import { addRootShow } from './root-show.ts';
import { addRootSigning } from './root-signing.ts';

/** `fettle root`: who may sign what. Every change is staged, signed by people, and then published. */
export function addRootCommands(program: Command, shell: Shell): void {
  const root = addNoun(program, 'root', 'who may sign what: roots, delegations, and the ceremonies that change them');
  addRootChanges(root, shell);
  addRootDelegations(root, shell);
  addRootRevoke(root, shell);
  addRootSigning(root, shell);
  addRootAirGap(root, shell);
  addRootShow(root, shell);
}
