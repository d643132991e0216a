import { readEcosystem, type VersionOrder } from '../ecosystem.ts';
import { compareApk } from './apk.ts';
import { compareDpkg } from './dpkg.ts';
import { compareGeneric } from './generic.ts';
import { comparePep440 } from './pep440.ts';
import { compareRpm } from './rpm.ts';
import { compareSemver } from './semver.ts';
import type { Order } from './text-order.ts';

/** One function a rule: a total order over any text, in linear time. */
export const versionOrders = {
  dpkg: compareDpkg,
  apk: compareApk,
  rpm: compareRpm,
  semver: compareSemver,
  pep440: comparePep440,
  generic: compareGeneric,
} as const satisfies Readonly<Record<VersionOrder, (a: string, b: string) => Order>>;

/**
 * Which of two versions is older by the rule of their ecosystem: a total order over any text, in linear time.
 * @param ecosystem as OSV names it, with or without a release: `Debian:12`, `Go`; one that is not known is `generic`
 * @returns -1 when `a` is older, 1 when `b` is
 */
export function compareVersions(ecosystem: string, a: string, b: string): Order {
  return versionOrders[readEcosystem(ecosystem).order](a, b);
}
