import type { WalkedFile } from '@fettle/images';
import type { Instant, Severity } from '@fettle/model';
import type { FindingList } from '../../core/finding-list.ts';
import type { GateDocument } from '../../core/gate.ts';
import { hardeningLimits } from '../settings.ts';
import { type Facts, NameSet, type Watcher } from '../watcher.ts';
import { type CertificateView, readCertificate } from './certificate.ts';
import { findCertificates } from './find-certificates.ts';
import { findSignatures, isPortableExecutable } from './find-signatures.ts';

const dayMs = 86_400_000;
/** Where systems keep authorities that they believe: what is in there is the choice of those who keep the list. */
const storePath =
  /(?:^|[/!])(?:etc\/(?:ssl|pki)|(?:usr\/share|usr\/local\/share)\/pki|usr\/lib\/ssl|ca-certificates)\/|cacert[^/]*$|ca-(?:bundle|certificates)[^/]*$/;

/** So many authorities together are a list of them, wherever they lie: in a library, too. */
const leastList = 10;

interface Held extends CertificateView {
  readonly places: string[];
  /** Somewhere it is neither in a list of authorities nor in the signature of a program. */
  isOwn: boolean;
}

/** Looks for certificates in files of every kind, and tells which end when. */
export class CertificateWatcher implements Watcher {
  readonly #findings: FindingList;
  readonly #now: Instant;
  readonly #expiringDays: number;
  readonly #held = new Map<string, Held>();
  #attempts = 0;
  #isComplete = true;
  #file: WalkedFile | undefined;
  #isSignedProgram = false;

  constructor(findings: FindingList, { now, expiringDays }: { readonly now: Instant; readonly expiringDays: number }) {
    this.#findings = findings;
    this.#now = now;
    this.#expiringDays = expiringDays;
  }

  /** Takes the windows of a file in order; each may hold any number of certificates. */
  look(file: WalkedFile, window: Buffer): void {
    if (this.#file !== file) {
      this.#file = file;
      this.#isSignedProgram = isPortableExecutable(window);
    }
    const signatures = this.#isSignedProgram ? findSignatures(window) : [];
    const found: (CertificateView & { readonly isOfSigner: boolean })[] = [];
    for (const { offset, bytes } of findCertificates(window)) {
      if (this.#attempts >= hardeningLimits.certificateAttempts) {
        this.#isComplete = false;
        break;
      }
      this.#attempts += 1;
      const certificate = readCertificate(bytes);
      const isOfSigner = signatures.some(({ start, end }) => offset >= start && offset < end);
      if (certificate) found.push({ ...certificate, isOfSigner });
    }
    const isList = found.filter(isAuthority).length >= leastList || storePath.test(file.place);
    for (const { isOfSigner, ...certificate } of found) {
      this.#keep(file, certificate, !isOfSigner && !(isList && isAuthority(certificate)));
    }
  }

  /** Whether all were looked at. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  end(): Facts {
    const sorted = this.#sorted();
    for (const certificate of sorted) this.#judge(certificate);
    // A list of authorities is renewed by its keepers, and what a program was signed with stays good for it; the radar is for what the product's own people have to renew.
    const own = sorted.filter(({ isOwn }) => isOwn);
    const next = own.find(({ notAfter }) => notAfter >= this.#now);
    const authorities = new NameSet();
    for (const { fingerprint } of own.filter(isOwnAuthority)) authorities.add(fingerprint);
    return {
      certificates: sorted.length,
      ownCertificates: own.length,
      expiredCertificates: own.filter((one) => this.#daysLeft(one) < 0).length,
      expiringCertificates: own.filter((one) => this.#isExpiring(one)).length,
      weakCertificates: own.filter(({ isWeakKey, isWeakSignature }) => isWeakKey || isWeakSignature).length,
      nextCertificateEnd: next ? new Date(next.notAfter).toISOString() : null,
      daysToNextCertificateEnd: next ? this.#daysLeft(next) : null,
      selfSignedAuthorities: authorities.list(),
    };
  }

  /** The expiry radar: every certificate, the one that ends first before the others. */
  document(): GateDocument {
    const certificates = this.#sorted().map(({ notBefore, notAfter, ...rest }) => ({
      ...rest,
      notBefore: new Date(notBefore).toISOString(),
      notAfter: new Date(notAfter).toISOString(),
      daysLeft: this.#daysLeft({ notAfter }),
    }));
    const body = { checkedAt: new Date(this.#now).toISOString(), isComplete: this.#isComplete, certificates };
    return { kind: 'certificates', mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
  }

  #sorted(): Held[] {
    return [...this.#held.values()].sort((a, b) => a.notAfter - b.notAfter || (a.fingerprint < b.fingerprint ? -1 : 1));
  }

  #keep(file: WalkedFile, found: CertificateView, isOwn: boolean): void {
    const place = file.place.slice(0, hardeningLimits.nameCharacters);
    const known = this.#held.get(found.fingerprint);
    if (known) {
      known.isOwn ||= isOwn;
      if (known.places.length < hardeningLimits.certificatePlaces && !known.places.includes(place))
        known.places.push(place);
    } else if (this.#held.size < hardeningLimits.certificates) {
      this.#held.set(found.fingerprint, { ...found, places: [place], isOwn });
    } else this.#isComplete = false;
  }

  #daysLeft({ notAfter }: Pick<Held, 'notAfter'>): number {
    return Math.floor((notAfter - this.#now) / dayMs);
  }

  #isExpiring(certificate: Held): boolean {
    const days = this.#daysLeft(certificate);
    return days >= 0 && days < this.#expiringDays;
  }

  #judge(certificate: Held): void {
    const { notBefore, notAfter, key, signatureAlgorithm, isSelfSigned } = certificate;
    const until = new Date(notAfter).toISOString().slice(0, 10);
    const days = this.#daysLeft(certificate);
    if (notAfter < this.#now) {
      this.#tell(certificate, 'certificate-expired', 'high', `It ended on ${until}: nobody who looks accepts it.`);
    } else if (this.#isExpiring(certificate)) {
      this.#tell(certificate, 'certificate-expiring', 'medium', `It ends on ${until}, in ${days} days. Renew it.`);
    }
    if (notBefore > this.#now) {
      const from = new Date(notBefore).toISOString().slice(0, 10);
      this.#tell(certificate, 'certificate-not-yet-valid', 'medium', `It begins on ${from} only.`);
    }
    if (certificate.isWeakKey) {
      this.#tell(
        certificate,
        'certificate-weak-key',
        'high',
        `Its key (${key}) can be broken. Use RSA-2048 or more, or P-256.`,
      );
    }
    // What an authority says of itself is believed for its place in the list, not for its signature.
    if (certificate.isWeakSignature && !isSelfSigned) {
      const why = `Its signature (${signatureAlgorithm}) can be forged. Have it signed with SHA-256.`;
      this.#tell(certificate, 'certificate-weak-signature', 'high', why);
    }
    if (isOwnAuthority(certificate)) {
      const why = 'It is an authority that nobody else vouches for: what its key signs is believed. Guard that key.';
      this.#tell(certificate, 'self-signed-authority', 'info', why);
    }
  }

  #tell(certificate: Held, rule: string, severity: Severity, why: string): void {
    const { subject, fingerprint, isOwn, places } = certificate;
    this.#findings.add({
      rule,
      severity: isOwn ? severity : 'info',
      place: places[0] ?? '',
      about: [fingerprint],
      message: `Certificate "${subject.slice(0, 120)}": ${why}`,
      details: { fingerprint, notAfter: new Date(certificate.notAfter).toISOString(), places: places.length },
    });
  }
}

/** Old authorities do not say that they are one. */
function isAuthority({ isAuthority, isSelfSigned }: CertificateView): boolean {
  return isAuthority || isSelfSigned;
}

function isOwnAuthority({ isAuthority, isSelfSigned, isOwn }: Held): boolean {
  return isAuthority && isSelfSigned && isOwn;
}
