import type {
  DeviceId,
  DirectorSet,
  Repository,
  RoleName,
  TrustChange,
  TrustChangeId,
  TrustFile,
  TrustSignature,
} from '@fettle/model';
import type { Page, PageRequest } from '../page.ts';

export interface TrustReads {
  /** The newest file of a role, or one version of it. */
  trustFile(repository: Repository, role: RoleName, version?: number): Promise<TrustFile | undefined>;
  /** The newest version of every role, in order of role. */
  trustVersions(repository: Repository): Promise<readonly Pick<TrustFile, 'role' | 'version'>[]>;
  trustChange(id: TrustChangeId): Promise<TrustChange | undefined>;
  /** Those that wait for signatures, expired ones too; at most `limits.openTrustChanges`. */
  openTrustChanges(): Promise<readonly TrustChange[]>;
  /** Newest first. */
  trustChanges(page: PageRequest): Promise<Page<TrustChange>>;
  /** In the order in which they came. */
  trustSignatures(change: TrustChangeId): Promise<readonly TrustSignature[]>;
  directorSet(device: DeviceId): Promise<DirectorSet | undefined>;
}

export interface TrustWrites {
  /** @throws FettleError `already-exists` when this version of the role is there: a file is never replaced */
  insertTrustFile(file: TrustFile): Promise<void>;
  insertTrustChange(change: TrustChange): Promise<void>;
  /** Changes its status alone. */
  updateTrustChange(change: TrustChange): Promise<void>;
  insertTrustSignature(signature: TrustSignature): Promise<void>;
  /** Replaces the device's older set; a set of a lower version changes nothing. */
  saveDirectorSet(set: DirectorSet): Promise<void>;
}
