import type { FleetView, ReleaseView } from '@fettle/api';
import type { Manifest } from '@fettle/model';

export interface Published {
  readonly release: ReleaseView;
  /** False when this very release was there already. */
  readonly created: boolean;
}

/** A release that others have to sign before it is published. */
export interface Waiting {
  /** The file that is carried to them. */
  readonly file: string;
  readonly version: string;
  /** Who has to sign, in sentences. */
  readonly lacking: readonly string[];
}

export type Outcome = Published | Waiting;

/** How the releases of a fleet are signed. */
export interface PublishWay {
  /** Refuses early what the server would refuse after a long upload. @returns what it found, for people */
  check(fleet: FleetView): string;
  publish(manifest: Manifest): Promise<Outcome>;
  /** Whether somebody else was faster, so that another attempt can succeed. */
  isOvertaken(error: unknown): Promise<boolean>;
}
