import type { GateReportView, GateTestView } from '@fettle/api';
import { type Style, safeText } from '../output/style.ts';

/** What a sequential gate has seen, as lines of text: the sum of it, then one line for each test. */
export function gateLines(gate: GateReportView, style: Style): readonly string[] {
  const bar = 1 / gate.alpha;
  const e = `E ${numberText(gate.e)} of ${numberText(bar)}`;
  const devices = `${gate.proven} proven, ${gate.failed} failed, ${gate.watching} watched beside ${gate.control} held back`;
  const share = `${percent(gate.share.low)}-${percent(gate.share.high ?? 1)} fail (margin ${percent(gate.margin)})`;
  const lines = [`  gate  ${gate.e >= bar ? style.bad(e) : e}   ${devices}   ${share}`];
  const width = Math.max(...gate.tests.map(({ name }) => name.length));
  for (const test of gate.tests) lines.push(style.dim(`    ${safeText(test.name).padEnd(width)}  ${testText(test)}`));
  if (gate.suspectSince !== null) {
    lines.push(style.waiting('  installations fail; nobody new starts until the gate has seen how other devices fare'));
  }
  if (gate.asksSince !== null) {
    lines.push(style.waiting('  the gate cannot learn more by itself: a person has to promote or abort'));
  }
  return lines;
}

function testText({ measure, effect, interval, e, seen, decides }: GateTestView): string {
  const { low } = interval;
  const high = interval.high ?? Number.POSITIVE_INFINITY;
  const tail = `E ${numberText(e)}, ${seen} seen${decides ? '' : ', dry run'}`;
  switch (measure) {
    case 'rate-ratio':
      return `× ${numberText(effect)} [${numberText(low)}-${numberText(high)}] of the others' rate   ${tail}`;
    case 'failure-share':
      return `${percent(effect)} [${percent(low)}-${percent(high)}] fail   ${tail}`;
    case 'worse-share':
      return `worse in ${percent(effect)} [${percent(low)}-${percent(high)}] of comparisons   ${tail}`;
  }
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '∞';
  return value >= 1e6 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}
