import type { SegmentSearchView, SegmentView } from '@fettle/api';
import { type Style, safeText } from '../output/style.ts';

/** What a search for segments found, as lines of text: a head, then an answer after the other. */
export function segmentLines(search: SegmentSearchView | null, rollout: string, style: Style): readonly string[] {
  if (search === null) return ['no gate of this rollout has failed: nothing was looked for'];
  const { devices, failures, candidates, alpha, segments } = search;
  const looked = `${failures} of ${devices} devices failed; ${candidates} segments could have been named`;
  if (segments.length === 0) {
    return [
      `${looked}, none stands out.`,
      'The failing devices share nothing that is known of them, or too few failed.',
    ];
  }
  const lines = [`${looked}, by chance alone one is in ${shareText(alpha)} of searches.`];
  for (const [index, segment] of segments.entries()) lines.push(...answerLines(segment, index + 1, search, style));
  lines.push('', `next: fettle rollout hold ${rollout} --segment 1 --reason "…"`);
  return lines;
}

function answerLines(segment: SegmentView, number: number, search: SegmentSearchView, style: Style): string[] {
  const { devices, failures, rateInside, rateOutside, interval, lift, chance, alike, fleetDevices } = segment;
  const [low = 0, high = 1] = interval;
  const times =
    lift === null ? 'no other device failed' : `${lift.toFixed(1)} times the others' ${shareText(rateOutside)}`;
  const reach = search.fleetDevices === 0 ? '' : ` (${shareText(fleetDevices / search.fleetDevices)} of the fleet)`;
  const lines = [
    '',
    `${number}. ${style.strong(safeText(segment.expression))}`,
    `   ${style.bad(`${failures} of ${devices} failed`)}: ${shareText(rateInside)} (${shareText(low)} to ${shareText(high)}), ${times}`,
    `   by chance in one of ${oneIn(chance)} searches; a hold would hold ${fleetDevices} devices${reach}`,
  ];
  if (alike.length > 0) lines.push(`   ${style.dim(`about as likely: ${alike.map(safeText).join('; ')}`)}`);
  return lines;
}

function shareText(share: number): string {
  const percent = share * 100;
  return `${percent >= 10 ? percent.toFixed(0) : Number(percent.toPrecision(2))} %`;
}

function oneIn(chance: number): string {
  if (chance < 1e-9) return 'more than a billion';
  return Math.round(1 / chance).toLocaleString('en-US');
}
