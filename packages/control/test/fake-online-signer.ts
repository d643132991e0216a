import { FettleError, type Instant, type Repository, type TenantId } from '@fettle/model';
import {
  generateKeyPem,
  openPayload,
  type Signer,
  signatureBy,
  signerFromPem,
  signTime,
  type TufSignature,
  tufKeyOf,
} from '@fettle/trust';
import type {
  KnownVersions,
  OnlineKeys,
  OnlineRole,
  OnlineSigner,
  SignedRole,
  SignedTime,
  SigningRequest,
} from '../src/trust/online-signer.ts';

/** What the fake is asked just before it signs: throws, waits, or lets it go on. */
export type Hook = (request: SigningRequest) => Promise<void>;

/** Signs in memory; knows versions as a real one does, but verifies no evidence. */
export class FakeOnlineSigner implements OnlineSigner {
  readonly requests: SigningRequest[] = [];
  before: Hook = async () => {};
  now: () => Instant;
  readonly #signers = { image: pair(), director: { ...pair(), targets: newSigner() }, time: newSigner() };
  readonly #last = new Map<string, number>();
  readonly #known: Record<string, number> = {};

  constructor(now: () => Instant) {
    this.now = now;
  }

  async keys(_tenant?: TenantId): Promise<OnlineKeys> {
    const { image, director, time } = this.#signers;
    const key = ({ publicKey }: Signer) => tufKeyOf(publicKey);
    return {
      image: { snapshot: key(image.snapshot), timestamp: key(image.timestamp) },
      director: {
        targets: key(director.targets),
        snapshot: key(director.snapshot),
        timestamp: key(director.timestamp),
      },
      time: key(time),
    };
  }

  async lastVersion(of: SignedRole): Promise<number> {
    return this.#last.get(placeOf(of)) ?? 0;
  }

  async knownVersions(_tenant: TenantId, _repository: Repository): Promise<KnownVersions> {
    return { ...this.#known };
  }

  async sign(request: SigningRequest): Promise<TufSignature> {
    await this.before(request);
    const { of, payload, evidence = [] } = request;
    for (const { role, version } of evidence) this.#known[role] = version;
    const opened = openPayload(payload);
    if (!opened.ok) throw refused(opened.message);
    const wanted = (this.#last.get(placeOf(of)) ?? 0) + 1;
    if (opened.metadata.version !== wanted) throw refused(`Expected version ${wanted}.`);
    if (opened.metadata.type === 'timestamp') {
      const named = this.#last.get(placeOf({ ...of, role: 'snapshot' } as SignedRole));
      if (opened.metadata.snapshot.version !== named) throw refused(`Expected snapshot ${named}.`);
    }
    this.#last.set(placeOf(of), wanted);
    this.requests.push(request);
    return signatureBy(payload, this.signerOf(of));
  }

  async signTime(_tenant: TenantId, nonce: string): Promise<SignedTime> {
    return JSON.parse(
      Buffer.from(await signTime(nonce, this.now(), this.#signers.time)).toString('utf8'),
    ) as SignedTime;
  }

  /** From now on other keys sign for the director. */
  rotateDirector(): void {
    Object.assign(this.#signers.director, { ...pair(), targets: newSigner() });
  }

  signerOf(of: SignedRole): Signer {
    const signers: Partial<Record<OnlineRole, Signer>> = this.#signers[of.repository];
    const signer = signers[of.role];
    if (!signer) throw new Error(`no signer for ${of.role}`);
    return signer;
  }
}

function newSigner(): Signer {
  return signerFromPem(generateKeyPem().privateKeyPem);
}

function pair() {
  return { snapshot: newSigner(), timestamp: newSigner() };
}

function placeOf(of: SignedRole): string {
  return of.repository === 'image' ? `image ${of.role}` : `director ${of.role} ${of.device}`;
}

function refused(message: string): FettleError {
  return new FettleError('signing-refused', message);
}
