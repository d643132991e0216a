import type { VersionOrder } from '../ecosystem.ts';
import { versionOrders } from '../versions/compare-versions.ts';

const schemes: Readonly<Record<string, VersionOrder>> = {
  deb: 'dpkg',
  apk: 'apk',
  alpine: 'apk',
  rpm: 'rpm',
  npm: 'semver',
  semver: 'semver',
  golang: 'semver',
  cargo: 'semver',
  nuget: 'semver',
  hex: 'semver',
  pub: 'semver',
  pypi: 'pep440',
};
const comparators = ['!=', '<=', '>=', '<', '>', '='] as const;
const mostConstraints = 200;

interface Constraint {
  readonly comparator: (typeof comparators)[number];
  readonly version: string;
}

/**
 * Whether a version is in a range such as `vers:deb/>=1.0|<2.0`.
 * @returns null when the range cannot be read: then it says nothing
 * @source VERS specification, "Checking if a version is contained within a range"
 */
export function isInVers(range: string, version: string): boolean | null {
  const match = /^vers:([a-z0-9.-]+)\/(.+)$/.exec(range.replaceAll(' ', ''));
  if (match === null) return null;
  const [, scheme = '', list = ''] = match;
  if (list === '*') return true;
  const constraints = list.split('|', mostConstraints + 1).map(readConstraint);
  if (constraints.length > mostConstraints || constraints.some((one) => one.version === '')) return null;
  const compare = versionOrders[Object.hasOwn(schemes, scheme) ? (schemes[scheme] ?? 'generic') : 'generic'];
  const equal = constraints.filter((one) => compare(one.version, version) === 0);
  if (equal.some((one) => one.comparator === '!=')) return false;
  if (equal.some((one) => one.comparator === '=' || one.comparator === '<=' || one.comparator === '>=')) return true;
  const bounds = constraints
    .filter((one) => one.comparator !== '=' && one.comparator !== '!=')
    .sort((a, b) => compare(a.version, b.version));
  return isBetween(bounds, (bound) => compare(version, bound.version));
}

function readConstraint(text: string): Constraint {
  const comparator = comparators.find((one) => text.startsWith(one));
  const version = comparator === undefined ? text : text.slice(comparator.length);
  try {
    return { comparator: comparator ?? '=', version: decodeURIComponent(version) };
  } catch {
    return { comparator: '=', version: '' };
  }
}

function isBetween(bounds: readonly Constraint[], position: (bound: Constraint) => number): boolean {
  const first = bounds[0];
  const last = bounds.at(-1);
  if (first === undefined || last === undefined) return false;
  if (isUpper(first) && position(first) < 0) return true;
  if (!isUpper(last) && position(last) > 0) return true;
  return bounds.some((lower, at) => {
    const upper = bounds[at + 1];
    return upper !== undefined && !isUpper(lower) && isUpper(upper) && position(lower) > 0 && position(upper) < 0;
  });
}

function isUpper({ comparator }: Constraint): boolean {
  return comparator.startsWith('<');
}
