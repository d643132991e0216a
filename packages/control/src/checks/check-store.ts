import type {
  CheckId,
  DataSet,
  Digest,
  EvidenceText,
  FleetId,
  Instant,
  ReleaseCheck,
  StoredWaiver,
} from '@fettle/model';
import type { Page, PageRequest } from '../page.ts';

export interface CheckReads {
  releaseCheck(id: CheckId): Promise<ReleaseCheck | undefined>;
  /** The newest one with this subject. */
  checkOfSubject(fleet: FleetId, of: Pick<ReleaseCheck, 'version' | 'subject'>): Promise<ReleaseCheck | undefined>;
  /** The newest one of these artifacts (`artifactsKey`) under this version. */
  newestCheckOf(
    fleet: FleetId,
    of: { readonly version: string; readonly artifacts: string },
  ): Promise<ReleaseCheck | undefined>;
  /** Newest first. */
  releaseChecks(fleet: FleetId, page: PageRequest): Promise<Page<ReleaseCheck>>;
  /** Those that wait or run, oldest first; at most `limits.openChecks`. */
  openChecks(): Promise<readonly ReleaseCheck[]>;
  /** What of a kind is kept, with its text. */
  evidence(digest: Digest): Promise<EvidenceText | undefined>;
  /** Newest first; at most `limits.dataSets`. */
  dataSets(): Promise<readonly DataSet[]>;
  /** Those that were not revoked, expired ones too; at most `limits.waiversPerFleet`. */
  waivers(fleet: FleetId): Promise<readonly StoredWaiver[]>;
}

export interface CheckWrites {
  insertCheck(check: ReleaseCheck): Promise<void>;
  updateCheck(check: ReleaseCheck): Promise<void>;
  /** Keeps a text; the same one again changes nothing. */
  keepEvidence(evidence: EvidenceText): Promise<void>;
  /** The same one again changes its envelope and nothing else. */
  insertDataSet(set: DataSet): Promise<void>;
  deleteDataSet(digest: Digest): Promise<void>;
  /** The same one again changes nothing. */
  insertWaiver(waiver: StoredWaiver): Promise<void>;
  revokeWaiver(fleet: FleetId, of: { readonly digest: Digest; readonly at: Instant }): Promise<void>;
}
