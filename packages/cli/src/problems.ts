import { type ErrorCode, FettleError, isVersion } from '@fettle/model';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';

/** A failed command as it is shown: what went wrong, and the next thing to type. */
export interface ShownProblem {
  readonly exit: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * Says what a failure means for the person at the keyboard.
 * @param command words of the command that failed, e.g. `['release', 'publish']`
 */
export function showProblem(error: unknown, command: readonly string[]): ShownProblem {
  const path = ['fettle', ...command].join(' ');
  if (error instanceof FettleError) {
    const { next, ...details } = error.details;
    const chosen = typeof next === 'string' && isOurs(error) ? next : nextStep(error, command);
    return { exit: exitCodeOf[error.code], code: error.code, message: error.message, next: chosen, details };
  }
  const system = error as NodeJS.ErrnoException;
  if (typeof system?.code === 'string' && typeof system.syscall === 'string' && system.path !== undefined) {
    return fileProblem(system, path);
  }
  const message = error instanceof Error ? error.message : String(error);
  const next = 'fettle --help, or report this with the command that you ran';
  return { exit: exitCodes.unexpected, code: 'internal', message: `Unexpected failure: ${message}`, next, details: {} };
}

function fileProblem(error: NodeJS.ErrnoException, path: string): ShownProblem {
  const said: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'you may not open it',
    EEXIST: 'it exists already',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is no folder',
    ENOSPC: 'the disk is full',
  };
  const message = `${error.path}: ${said[error.code ?? ''] ?? error.message}.`;
  const next = error.code === 'EEXIST' ? 'the same command with another place' : `${path} --help`;
  return { exit: exitCodes.usage, code: 'invalid-input', message, next, details: {} };
}

const lists: Readonly<Record<string, string>> = {
  fleet: 'fettle fleet list',
  group: 'fettle fleet group list',
  release: 'fettle release list',
  person: 'fettle person list',
  token: 'fettle token list',
  publisher: 'fettle publisher list',
  waiver: 'fettle waiver list',
  policy: 'fettle policy show',
  rollout: 'fettle rollout list',
  device: 'fettle device list',
  why: 'fettle device list',
  root: 'fettle root show',
};

/** A server's refusal carries its HTTP status. What to type next is for this program to say, not for a server. */
function isOurs(error: FettleError): boolean {
  return error.details.status === undefined;
}

/** The next command by what went wrong; `details.next` of an error of our own comes first. */
function nextStep({ code, details }: FettleError, command: readonly string[]): string {
  if (details.reachable === false) return 'fettle serve, or fettle login with the right --server URL';
  const [noun = ''] = command;
  const typed = ['fettle', ...command].join(' ');
  const help = `${typed} --help`;
  const named = typeof details.missing === 'string' ? lists[details.missing] : undefined;
  const list = named ?? (lists[noun] === typed ? lists.fleet : lists[noun]) ?? help;
  const steps: Partial<Record<ErrorCode, string>> = {
    'not-authenticated': details.wrong === 'password' ? rightPassword : 'fettle login --server URL --token TOKEN',
    forbidden: 'fettle login --server URL --token TOKEN, with a token that allows this',
    'not-found': list,
    'already-exists': openRollout(details.rollout) ?? list,
    'wrong-state': list,
    'invalid-input': noun === 'policy' ? 'fettle policy presets; docs/release-policy.md shows a file' : help,
    'signature-invalid': signatureSteps[noun] ?? help,
    'digest-mismatch': 'the same command again',
    'offset-mismatch': 'the same command again: it resumes where the server stands',
    'counter-reused': 'the same command again: it asks for the next counter',
    'image-refused': 'fettle image inspect FILE, and fettle image policy show',
    'gate-failed': reportOf(details) ?? 'fettle release checks, and fettle release report CHECK',
    'check-failed':
      noun === 'check'
        ? 'the same command again, with more memory free'
        : 'fettle check FILE on this machine shows how far it comes',
    'artifact-missing': 'the same command again: it uploads what is missing',
    'device-pending': 'fettle device list --status pending',
    'limit-reached': 'the same command later, or remove what is not needed any more',
    overloaded: 'the same command again in a moment',
    'storage-full': 'free room on the server, then the same command again',
    'signer-unavailable': 'the same command again when the token, Vault or KMS answers',
    internal: "the same command again; the server's log has the cause",
  };
  return steps[code] ?? help;
}

const rightPassword =
  'the same command with the right password; if it is lost: fettle person password NAME, by an admin';

/** Exceptions: never keys of the fleet, which sign releases. */
const waiverKeys = 'name the public key under waivers.keys of the policy, then fettle policy set FILE';

/** Who is believed differs from thing to thing: a key that is named in the wrong place could sign what it must not. */
const signatureSteps: Readonly<Record<string, string>> = {
  root: 'fettle root show',
  release: 'fettle fleet key list, then fettle fleet key add PUBLIC-KEY-FILE',
  waiver: waiverKeys,
  check: waiverKeys,
};

type Details = FettleError['details'];

/** A report that a server names is typed as it is only where it can be nothing else. */
function reportOf({ check, version, checked }: Details): string | undefined {
  if (typeof check === 'string' && /^chk_[a-z0-9]{1,40}$/.test(check)) return `fettle release report ${check}`;
  if (typeof version !== 'string' || !isVersion(version)) return undefined;
  return `fettle release ${checked === false ? 'check' : 'report'} ${version}`;
}

function openRollout(rollout: Details[string] | undefined): string | undefined {
  const isOne = typeof rollout === 'string' && /^rol_[a-z0-9]{1,40}$/.test(rollout);
  return isOne ? `fettle rollout watch ${rollout}` : undefined;
}
