import type { Attributes } from '@fettle/model';
import type { KnownImage } from './catalogue.ts';
import type { BoardEvent } from './history.ts';

export interface BoardOptions {
  /** The board's own folder, absolute; made when missing. */
  readonly dir: string;
  /** The program of the agent; `--config FILE` is added. */
  readonly agentCommand: readonly string[];
  readonly server: string;
  readonly tenant?: string;
  readonly fleet: string;
  readonly device: string;
  readonly deviceType: string;
  readonly claimToken?: string;
  /** The fleet's public key (SubjectPublicKeyInfo, PEM) that the agent trusts; given exactly where there are no `roots`. */
  readonly trustKeyPem?: string;
  /** Text of the root files that the agent is provisioned with, in a fleet with two repositories. */
  readonly roots?: { readonly image: string; readonly director: string };
  readonly component?: string;
  readonly slotSizeBytes: number;
  /** The file whose bytes slot a holds when the board leaves its factory. */
  readonly factoryImage: string;
  readonly catalogue: readonly KnownImage[];
  readonly bootLimit?: number;
  /** Gives the board a readiness program, which says this until `say` changes it. */
  readonly readiness?: Attributes;
  /** Top-level keys of the agent's configuration that replace or join the board's own. */
  readonly agentConfig?: Readonly<Record<string, unknown>>;
  readonly timings?: Partial<BoardTimings>;
  readonly onEvent?: (event: BoardEvent) => void;
}

export interface BoardTimings {
  /** From reset to the start of the agent, or to the failure of a boot that fails. */
  readonly bootMs: number;
  /** After which the watchdog resets a system that hangs. */
  readonly watchdogMs: number;
  /** Between the end of an agent and its next start, as a service manager would wait. */
  readonly restartMs: number;
  /** Between SIGTERM and SIGKILL at a reboot or stop. */
  readonly graceMs: number;
}

export const defaultTimings: BoardTimings = { bootMs: 20, watchdogMs: 300, restartMs: 200, graceMs: 1_000 };
