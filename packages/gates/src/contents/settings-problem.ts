import { imageFormats } from '@fettle/images';
import {
  problemOf,
  type SettingShape,
  shareShape,
  tableShape,
  textsShape,
  yesNoShape,
} from '../hardening/settings-problem.ts';

const shapes: Readonly<Record<string, SettingShape>> = {
  formats: tableShape({
    fits: (value) => imageFormats.some((one) => one === value),
    expected: `one of ${imageFormats.join(', ')}`,
  }),
  slotBytes: tableShape({
    fits: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0,
    expected: 'a whole number of bytes above 0',
  }),
  hardwareIds: tableShape(textsShape),
  sameVersion: yesNoShape,
  hiddenShare: shareShape,
};

/** What of the contents gate's settings a policy may say; earlier releases come from the server. */
export function contentsSettingsProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  return problemOf(given, shapes);
}
