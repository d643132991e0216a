import { hex32 } from '../reading/text.ts';

/** Chip ids of the image header, at 12. @source ESP-IDF esp_chip_id_t */
const chips: ReadonlyMap<number, string> = new Map([
  [0, 'esp32'],
  [2, 'esp32-s2'],
  [5, 'esp32-c3'],
  [9, 'esp32-s3'],
  [12, 'esp32-c2'],
  [13, 'esp32-c6'],
  [16, 'esp32-h2'],
  [18, 'esp32-p4'],
  [20, 'esp32-c61'],
  [23, 'esp32-c5'],
  [25, 'esp32-h21'],
  [28, 'esp32-h4'],
  [31, 'esp32-e22'],
  [32, 'esp32-s31'],
]);

/** The name of a chip, or its number where it is newer than this table. */
export function chipName(id: number): string {
  return chips.get(id) ?? `esp-chip:${hex32(id)}`;
}
