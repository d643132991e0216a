import type { DeploymentError, ErrorClass } from '@fettle/model';
import { limits } from '@fettle/model';
import { mayPass, type TufProblem } from '@fettle/trust';

/** Why a deployment did not succeed on this device. `permanent`: trying the same release again cannot help. */
const agentErrorCodes = {
  // What the server offers and what the director assigns may cross on the way.
  'not-assigned': 'transient',
  'signature-invalid': 'permanent',
  'manifest-invalid': 'permanent',
  'wrong-fleet': 'permanent',
  'wrong-type': 'permanent',
  'hardware-mismatch': 'permanent',
  'unknown-component': 'permanent',
  'component-missing': 'permanent',
  'kind-unsupported': 'permanent',
  'offer-mismatch': 'permanent',
  'downgrade-forbidden': 'permanent',
  'below-floor': 'permanent',
  'too-big-for-slot': 'permanent',
  'slot-missing': 'permanent',
  'digest-mismatch': 'permanent',
  'length-mismatch': 'permanent',
  'health-failed': 'permanent',
  'native-signature-invalid': 'permanent',
  'boot-failed': 'permanent',
  reverted: 'permanent',
  'download-failed': 'transient',
  'verify-failed': 'transient',
  // It fits once what it needs has been installed; until then the server knows to hold it back.
  'unmet-depends': 'transient',
  'no-space': 'transient',
  'storage-failed': 'transient',
  'reboot-failed': 'transient',
  'activation-failed': 'transient',
  'environment-changed': 'transient',
  'booted-elsewhere': 'transient',
  'boot-environment-unreadable': 'transient',
  'boot-facts-missing': 'transient',
  'journal-lost': 'transient',
} as const satisfies Record<string, ErrorClass>;

/** What the two repositories refuse keeps its name, which says what attack was stopped. */
export type AgentErrorCode = keyof typeof agentErrorCodes | TufProblem;

/** The error of a report; its class belongs to the code. */
export function deploymentError(code: AgentErrorCode, message: string): DeploymentError {
  return { code, class: classOf(code), message: cutMiddle(message, limits.reportDetailLength) };
}

function classOf(code: AgentErrorCode): ErrorClass {
  if (Object.hasOwn(agentErrorCodes, code)) return agentErrorCodes[code as keyof typeof agentErrorCodes];
  return mayPass(code as TufProblem) ? 'transient' : 'permanent';
}

/** Shortens text by cutting out its middle: how it began and how it ended matter most. */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const half = Math.floor((length - 5) / 2);
  return `${text.slice(0, half)} ... ${text.slice(text.length - half)}`;
}
