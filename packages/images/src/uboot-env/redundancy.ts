import type { ParsedEnvironment } from './environment.ts';

/**
 * Which of two redundant copies a boot loader uses: the only valid one, else the one with the newer flag.
 * The rule is U-Boot's own, not serial-number arithmetic: 0 follows 255, every other pair is compared as it stands,
 * and of equal flags the first copy wins. Boolean flags (1 active, 0 obsolete) obey the same rule.
 * @returns the index of the copy, undefined when neither is valid
 * @source U-Boot 2023.01 env/common.c env_check_redund
 */
export function chooseCopy(a: ParsedEnvironment, b: ParsedEnvironment): 0 | 1 | undefined {
  if (!a.ok) return b.ok ? 1 : undefined;
  if (!b.ok) return 0;
  const first = a.flag ?? 0;
  const second = b.flag ?? 0;
  if (first === 255 && second === 0) return 1;
  if (second === 255 && first === 0) return 0;
  return second > first ? 1 : 0;
}

/** The flag that makes a copy newer than one with this flag. */
export function nextFlag(flag: number | null): number {
  return ((flag ?? 0) + 1) & 0xff;
}
