import { severities } from '@fettle/model';

/** What one setting has to be: a test, and how that is said. */
export interface SettingShape {
  readonly fits: (value: unknown) => boolean;
  readonly expected: string;
}

export const shareShape: SettingShape = {
  fits: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  expected: 'a share from 0 to 1',
};
export const yesNoShape: SettingShape = { fits: (value) => typeof value === 'boolean', expected: 'true or false' };
export const textsShape: SettingShape = { fits: isTexts, expected: 'a list of at most 1,000 texts' };

/** A table of at most 1,000 names. */
export function tableShape(member: SettingShape): SettingShape {
  const fits = (value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const members = Object.values(value);
    return members.length <= mostMembers && members.every(member.fits);
  };
  return { fits, expected: `a table of names, each with ${member.expected}` };
}

const mostMembers = 1_000;

function isTexts(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= mostMembers &&
    value.every((one) => typeof one === 'string' && one !== '' && one.length <= 4_096)
  );
}

/** @returns what is wrong with settings that somebody wrote, in one sentence; undefined when they can be used */
export function problemOf(
  given: Readonly<Record<string, unknown>>,
  shapes: Readonly<Record<string, SettingShape>>,
): string | undefined {
  for (const [name, value] of Object.entries(given)) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    const known = Object.keys(shapes).join(', ') || 'none';
    if (!shape) return `there is no setting ${name.slice(0, 40)}; there are: ${known}`;
    if (!shape.fits(value)) return `expected ${name} to be ${shape.expected}`;
  }
  return undefined;
}

const shapes: Readonly<Record<string, SettingShape>> = {
  expiringDays: {
    fits: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 36_500,
    expected: 'a whole number of days from 0 to 36,500',
  },
  setIdAllowed: textsShape,
  opaqueShare: shareShape,
  tolerance: shareShape,
  failAt: { fits: (value) => severities.some((one) => one === value), expected: `one of ${severities.join(', ')}` },
};

/** What of the hardening gate's settings a policy may say; facts of the last release come from the server. */
export function hardeningSettingsProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  return problemOf(given, shapes);
}
