/** What a fleet asks of this gate; what is left out is as in `vulnerabilityDefaults`. */
export interface VulnerabilitySettings {
  /** Data older than this cannot vouch for anything. Days. */
  readonly maxAgeDays?: number | undefined;
  /** Base scores from here on fail, 0 to 10. */
  readonly failCvss?: number | undefined;
  /** Whether open vulnerabilities that no score is known of leave the verdict open. */
  readonly scoresNeeded?: boolean | undefined;
  /** Whether open vulnerabilities need data on exploited ones beside them. */
  readonly exploitedDataNeeded?: boolean | undefined;
}

export type WholeVulnerabilitySettings = {
  readonly [Name in keyof VulnerabilitySettings]-?: NonNullable<VulnerabilitySettings[Name]>;
};

export const vulnerabilityDefaults: WholeVulnerabilitySettings = {
  maxAgeDays: 14,
  failCvss: 9,
  scoresNeeded: true,
  exploitedDataNeeded: true,
};

export function wholeSettings(given: VulnerabilitySettings): WholeVulnerabilitySettings {
  return {
    maxAgeDays: given.maxAgeDays ?? vulnerabilityDefaults.maxAgeDays,
    failCvss: given.failCvss ?? vulnerabilityDefaults.failCvss,
    scoresNeeded: given.scoresNeeded ?? vulnerabilityDefaults.scoresNeeded,
    exploitedDataNeeded: given.exploitedDataNeeded ?? vulnerabilityDefaults.exploitedDataNeeded,
  };
}

const ranges: Readonly<Record<string, readonly [number, number]>> = { maxAgeDays: [0, 3_650], failCvss: [0, 10] };

/** @returns what is wrong with settings of a policy file, in one sentence; undefined when they can be used */
export function vulnerabilitySettingsProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(vulnerabilityDefaults, name)) {
      return `there is no setting ${name.slice(0, 40)} of vulnerabilities; there are ${Object.keys(vulnerabilityDefaults).join(', ')}`;
    }
    const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined;
    if (range === undefined) {
      if (typeof value !== 'boolean') return `vulnerabilities.${name} is true or false`;
    } else if (typeof value !== 'number' || !(value >= range[0] && value <= range[1])) {
      return `vulnerabilities.${name} is a number from ${range[0]} to ${range[1]}`;
    }
  }
  return undefined;
}
