import { hex32 } from '../reading/text.ts';

/** Families of chips. @source UF2 specification, families list */
const families: ReadonlyMap<number, string> = new Map([
  [0x1c5f21b0, 'esp32'],
  [0x55114460, 'samd51'],
  [0x68ed2b88, 'samd21'],
  [0xada52840, 'nrf52840'],
  [0xbfdd4eee, 'esp32-s2'],
  [0xc47e5767, 'esp32-s3'],
  [0xd42ba06c, 'esp32-c3'],
  [0xe48bff56, 'rp2040'],
  [0xe48bff59, 'rp2350-arm-s'],
  [0xe48bff5a, 'rp2350-riscv'],
  [0xe48bff5b, 'rp2350-arm-ns'],
]);

/** The name of a family, or its number where this table has none. */
export function familyName(id: number): string {
  return families.get(id) ?? `uf2:${hex32(id)}`;
}
