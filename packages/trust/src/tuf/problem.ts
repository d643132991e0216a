/** What somebody who causes a refusal would have gained: Uptane asks that it is named. */
export type Attack =
  | 'arbitrary-software'
  | 'downgrade'
  | 'fast-forward'
  | 'freeze'
  | 'mix-and-match'
  | 'endless-data'
  | 'hostile-input'
  | 'wrong-device'
  | 'wrong-hardware'
  | 'targeted-build'
  | 'none';

/** Every way in which metadata or an assignment is refused, with the attack that it stops. */
export const tufProblems = {
  'metadata-malformed': { attack: 'hostile-input', summary: 'A metadata file does not have the specified shape.' },
  'metadata-not-canonical': { attack: 'hostile-input', summary: 'The signed part is not in canonical form.' },
  'metadata-too-large': { attack: 'endless-data', summary: 'A metadata file has more bytes than its role may have.' },
  'metadata-absent': { attack: 'freeze', summary: 'A metadata file that has to be there was not served.' },
  'metadata-expired': { attack: 'freeze', summary: 'A metadata file is older than its expiry allows.' },
  'time-unproven': {
    attack: 'freeze',
    summary: 'Neither a signed time nor a clock that can be right says whether metadata is fresh; try again.',
  },
  'fetch-failed': { attack: 'none', summary: 'A metadata file could not be fetched; try again.' },
  'state-unusable': { attack: 'none', summary: 'The stored root cannot be used; the device must be provisioned anew.' },
  'root-signatures-missing': {
    attack: 'arbitrary-software',
    summary: 'A new root lacks signatures of the old or of its own threshold.',
  },
  'root-version-wrong': { attack: 'downgrade', summary: 'A new root does not follow the one before.' },
  'root-chain-too-long': { attack: 'endless-data', summary: 'More new roots were served than one update follows.' },
  'timestamp-signatures-missing': {
    attack: 'arbitrary-software',
    summary: 'The timestamp lacks signatures of its keys.',
  },
  'timestamp-version-fell': { attack: 'downgrade', summary: 'An older timestamp was served than the trusted one.' },
  'snapshot-version-fell': { attack: 'downgrade', summary: 'The timestamp names an older snapshot than before.' },
  'snapshot-hash': { attack: 'mix-and-match', summary: 'The snapshot is not the file that the timestamp names.' },
  'snapshot-signatures-missing': {
    attack: 'arbitrary-software',
    summary: 'The snapshot lacks signatures of its keys.',
  },
  'snapshot-version-wrong': { attack: 'mix-and-match', summary: 'The snapshot has another version than announced.' },
  'target-entry-vanished': { attack: 'downgrade', summary: 'A role that the snapshot once listed is gone from it.' },
  'targets-version-fell': { attack: 'downgrade', summary: 'The snapshot lists an older version of a role.' },
  'targets-hash': { attack: 'mix-and-match', summary: 'A targets file is not the one that the snapshot names.' },
  'targets-signatures-missing': {
    attack: 'arbitrary-software',
    summary: 'The top-level targets lack signatures of their keys.',
  },
  'targets-version-wrong': { attack: 'mix-and-match', summary: 'A targets file has another version than announced.' },
  'delegation-wrong-keys': {
    attack: 'arbitrary-software',
    summary: 'A delegated role lacks signatures of the keys of the delegation it was reached through.',
  },
  'delegated-role-absent': { attack: 'mix-and-match', summary: 'A delegated role is not listed by the snapshot.' },
  'delegations-too-many': { attack: 'endless-data', summary: 'The search for a target met too many delegations.' },
  'path-not-delegated': { attack: 'arbitrary-software', summary: 'No delegation covers the path of the target.' },
  'target-absent': { attack: 'targeted-build', summary: 'The image repository does not list the target.' },
  'target-malformed': { attack: 'hostile-input', summary: 'The custom fields of a target are not as specified.' },
  'director-delegates': { attack: 'arbitrary-software', summary: 'The director delegates, which it may not.' },
  'wrong-device': { attack: 'wrong-device', summary: 'The assignment was made for another device.' },
  'wrong-fleet': { attack: 'wrong-hardware', summary: 'The assignment names a target of another fleet.' },
  'unknown-component': { attack: 'wrong-hardware', summary: 'The assignment names a component that is not here.' },
  'component-assigned-twice': { attack: 'mix-and-match', summary: 'The assignment names a component twice.' },
  'wrong-device-type': { attack: 'wrong-hardware', summary: 'The target is not for this device type.' },
  'hardware-mismatch': { attack: 'wrong-hardware', summary: 'The target is not for this hardware revision.' },
  'target-bytes-differ': {
    attack: 'arbitrary-software',
    summary: 'Director and image repository name different bytes for one path.',
  },
  'match-differs': {
    attack: 'wrong-hardware',
    summary: 'Director and image repository say different things of one target.',
  },
  'below-floor': { attack: 'downgrade', summary: 'The release counter is below the security floor.' },
  'release-counter-fell': { attack: 'downgrade', summary: 'The release counter is below that of the device.' },
} as const satisfies Record<string, { attack: Attack; summary: string }>;

export type TufProblem = keyof typeof tufProblems;

const passing: ReadonlySet<TufProblem> = new Set<TufProblem>([
  'metadata-absent',
  'metadata-expired',
  'time-unproven',
  'fetch-failed',
  'state-unusable',
  'root-chain-too-long',
]);

/** Whether a refusal may pass by itself: a server was away, metadata was held back, nobody could tell the time. */
export function mayPass(code: TufProblem): boolean {
  return passing.has(code);
}

/** Whether the next update may well go through, so that it is worth waiting for before anybody is told. */
export function isWorthWaiting(code: string): boolean {
  return code === 'fetch-failed' || code === 'time-unproven' || code === 'root-chain-too-long';
}

/** A verdict against: the code, the attack it stops, and what was expected and found. */
export interface Refused {
  readonly ok: false;
  readonly code: TufProblem;
  readonly attack: Attack;
  readonly message: string;
}

/** Carries a verdict up from a step of the workflow; never leaves this folder. */
export class Refusal extends Error {
  readonly code: TufProblem;

  constructor(code: TufProblem, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** The verdict that an error carries; anything else than a refusal is thrown on. */
export function refusedBy(error: unknown): Refused {
  if (!(error instanceof Refusal)) throw error;
  return { ok: false, code: error.code, attack: tufProblems[error.code].attack, message: error.message };
}
