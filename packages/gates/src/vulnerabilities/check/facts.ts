/** What the vulnerabilities gate tells to policies, name by name. Open: no statement says "not affected" or "fixed". */
export const vulnerabilityFacts = {
  exploited: 'Whether an open vulnerability is known to be exploited.',
  exploitedOpen: 'Open vulnerabilities that are known to be exploited.',
  maxCvss: 'Highest CVSS base score of the open ones; 0 when nothing is open, null when none of them has a score.',
  criticalOpen: 'Open vulnerabilities of critical severity.',
  highOpen: 'Open vulnerabilities of high severity.',
  mediumOpen: 'Open vulnerabilities of medium severity.',
  lowOpen: 'Open vulnerabilities of low severity, or none.',
  unknownOpen: 'Open vulnerabilities whose severity nobody says.',
  maxEpss:
    'Highest probability, 0 to 1, that an open one is exploited in 30 days; 0 when nothing is open, null when there are no figures.',
  maxEpssPercentile: 'Its percentile, 0 to 1.',
  fixableOpen: 'Open vulnerabilities that a known version fixes.',
  notAffected: 'Vulnerabilities that a VEX statement says the artifact is not affected by.',
  fixedByVex: 'Vulnerabilities that a VEX statement says are fixed in the artifact.',
  vexContradictions: 'Vulnerabilities on which authors of VEX contradict each other; they are open.',
  vexUnused: 'Vulnerabilities with a VEX statement that has expired or lacks an author, a reason or an expiry.',
  componentsChecked: 'Components with data of their ecosystem and release.',
  componentsUnknown: 'Components without a known ecosystem or version, which cannot be looked up.',
  ecosystemsWithoutData: 'Ecosystems of components, with the release, that no data set has.',
  oldestDataDays: 'Age of the oldest data set that was used, in days; null when none was.',
  exploitedDataDays: 'Age of the data on exploited vulnerabilities, in days; null when there are none.',
  dataSetsRefused:
    'Data sets that do not count, as too few of the keys that the policy names have signed them, with why.',
  epssDataDays: 'Age of the exploit probabilities, in days; null when there are none.',
} as const;
export type VulnerabilityFact = keyof typeof vulnerabilityFacts;
