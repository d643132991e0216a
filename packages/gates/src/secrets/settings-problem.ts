import { severities } from '@fettle/model';

/** Of the vendor's own passwords: each is tried on each hash. */
const mostPasswords = 50;
const passwordCharacters = 100;

/** @returns what is wrong with the settings of the secrets gate, in one sentence; undefined when they can be used */
export function secretsSettingsProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  const { failAt, passwords, ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return `Expected failAt and passwords, found ${unknown.slice(0, 40)}.`;
  if (failAt !== undefined && !severities.some((severity) => severity === failAt)) {
    return `Expected failAt to be one of ${severities.join(', ')}.`;
  }
  return passwords === undefined || isPasswordList(passwords)
    ? undefined
    : `Expected passwords to be a list of at most ${mostPasswords} texts of at most ${passwordCharacters} characters.`;
}

function isPasswordList(given: unknown): given is readonly string[] {
  if (!Array.isArray(given) || given.length > mostPasswords) return false;
  return given.every((each) => typeof each === 'string' && each.length > 0 && each.length <= passwordCharacters);
}
