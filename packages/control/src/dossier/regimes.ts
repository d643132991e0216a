/** A clause of a regime, and the files of a dossier that show something for it. */
export interface Clause {
  readonly clause: string;
  readonly says: string;
  readonly files: readonly string[];
}

export interface Regime {
  readonly regime: string;
  readonly clauses: readonly Clause[];
  /** What nobody should read into the dossier. */
  readonly notCovered: readonly string[];
}

const clause = (name: string, says: string, ...files: readonly string[]): Clause => ({ clause: name, says, files });

/** Evidence by regime; a reader's own experts judge whether it suffices. */
export const regimes: readonly Regime[] = [
  {
    regime: 'FDA, section 524B FD&C Act',
    clauses: [
      clause('524B(b)(2)(A)-(B)', 'updates and patches are made, checked and delivered', 'gates/', 'rollouts/'),
      clause('524B(b)(3)', 'software bill of materials', 'sbom/'),
      clause('Cybersecurity guidance, V.A.2', 'assessment of known vulnerabilities', 'gates/', 'vex/'),
      clause('Cybersecurity guidance, appendix 1', 'code is authenticated', 'manifests/', 'metadata/', 'keys/'),
    ],
    notCovered: [
      'threat model, architecture views, penetration tests of the device',
      'level and end of support of components, unless the SBOM names them',
      'the plan for postmarket monitoring and coordinated disclosure',
    ],
  },
  {
    regime: '21 CFR Part 11',
    clauses: [
      clause('11.10(e)', 'time-stamped audit trail that is only added to', 'audit/events.json'),
      clause('11.50', 'printed name, time and meaning of each signature', 'approvals/', 'summary.html'),
      clause('11.70', 'signatures are bound to the record by its digest', 'approvals/', 'manifests/'),
      clause('11.100(a), 11.300(a)', 'ids of people are unique and never given again', 'approvals/'),
      clause('11.200(a)(1)', 'two components at each signing: login, then password or key', 'approvals/'),
    ],
    notCovered: [
      'validation of the installation (IQ, OQ, PQ), procedures and training: 11.10(a), (i), (j)',
      'that whoever opened an account checked who the person is: 11.100(b)',
      'the letter to the agency: 11.100(c)',
    ],
  },
  {
    regime: 'IEC 62443-4-1 and 62443-4-2',
    clauses: [
      clause(
        '4-1 SUM-1, SUM-4',
        'updates are checked before they are delivered, and reach devices',
        'gates/',
        'rollouts/',
      ),
      clause('4-1 SVV-3', 'results of tests for vulnerabilities', 'gates/', 'attestations/'),
      clause(
        '4-2 CR 3.4, EDR 3.10',
        'integrity of software, authenticity of updates',
        'manifests/',
        'metadata/',
        'keys/',
      ),
      clause('4-2 CR 2.8 to 2.12', 'audit events, their time, non-repudiation', 'audit/events.json', 'approvals/'),
    ],
    notCovered: [
      'what the device does: secure boot, roots of trust, its own accounts (EDR 3.11 to 3.14, CR 1.x)',
      'requirements, design and review of the software (4-1 SR, SD, SI)',
    ],
  },
  {
    regime: 'ISO/IEC 27001:2022, annex A.8 and A.5',
    clauses: [
      clause('A.8.8', 'known vulnerabilities at the time of the check', 'gates/', 'vex/'),
      clause('A.8.15, A.8.17', 'logs with time, protected against change', 'audit/events.json'),
      clause('A.8.24', 'signatures and the public keys they verify with', 'keys/'),
      clause('A.8.29, A.8.31, A.8.32', 'tests, stages apart, changes approved', 'gates/', 'approvals/', 'rollouts/'),
    ],
    notCovered: ['the management system itself; access reviews (A.5.18); key ceremonies; suppliers (A.5.19 to A.5.23)'],
  },
  {
    regime: 'UN Regulation No. 156',
    clauses: [
      clause('7.1.1.2, 7.1.2.3', 'versions and hashes of what was delivered', 'manifests/', 'dossier.json'),
      clause('7.1.1.10, 7.1.2.5', 'which devices, with what result', 'rollouts/'),
      clause('7.1.3.1', 'updates are protected until they run', 'manifests/', 'metadata/'),
      clause('7.1.2.4', 'who approved, on what assessment', 'approvals/', 'gates/'),
    ],
    notCovered: [
      'RXSWIN before and after, unless versions carry it; the type-approval decision',
      'information of users and preconditions inside the vehicle',
    ],
  },
  {
    regime: 'HIPAA, 45 CFR 164.312',
    clauses: [
      clause('164.312(b)', 'audit controls: who did what to the release', 'audit/events.json'),
      clause('164.312(c)', 'integrity of the software', 'manifests/', 'SHA256SUMS'),
      clause('164.312(d)', 'people were authenticated when they signed', 'approvals/'),
    ],
    notCovered: [
      'patient data: a dossier holds none, and says nothing of how devices treat them',
      'keeping documents for six years (164.316): whoever holds the dossier sees to it',
    ],
  },
  {
    regime: 'EU Cyber Resilience Act, Regulation (EU) 2024/2847',
    clauses: [
      clause('Annex I part I (2)(c), (f)', 'security updates, integrity of software', 'manifests/', 'rollouts/'),
      clause('Annex I part II (1)', 'software bill of materials', 'sbom/'),
      clause('Annex I part II (2), (3)', 'vulnerabilities handled, tests done', 'gates/', 'vex/'),
      clause(
        'Annex VII',
        'part of the technical documentation: reports of tests, SBOM',
        'gates/',
        'attestations/',
        'sbom/',
      ),
    ],
    notCovered: [
      'risk assessment, support period, declaration of conformity, user information',
      'reports under article 14: they are drafted per vulnerability, not per release',
      'keeping the documentation for ten years',
    ],
  },
];
