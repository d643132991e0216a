import type { ImageJudgement, ImageVerdict, Inspection } from '@fettle/images';
import { shortDigest } from '../output/format.ts';
import { type Style, safeText } from '../output/style.ts';
import { facts, table } from '../output/table.ts';

/** What was found in an image, for people. Everything that it says about itself is text from outside. */
export function describeInspection(found: Inspection, { findings }: ImageJudgement, style: Style): string {
  const head = facts([
    ['format', style.strong(found.format)],
    ['version', safeText(found.version ?? '-')],
    ...optional('build', found.build),
    ...optional('description', found.description),
    ['counter', found.counter === undefined ? '-' : String(found.counter)],
    ['hardware', found.hardwareIds.length === 0 ? '-' : safeText(found.hardwareIds.join(', '))],
    ['encrypted', found.encrypted ? 'yes' : 'no'],
    ...found.layers.slice(1).map(({ format, offset }): [string, string] => ['inside', `${format} at byte ${offset}`]),
  ]);
  const hashes = found.hashes.map(({ what, algorithm, ok }) => [
    safeText(what),
    algorithm,
    ok ? style.good('ok') : style.bad('wrong'),
    '',
  ]);
  const signatures = found.signatures.map(({ what, algorithm, verdict, keyId, keyHint }) => [
    safeText(what),
    algorithm,
    verdict === 'ok' ? style.good('ok') : style.bad(verdict),
    `key ${keyId === null ? safeText(keyHint?.slice(0, 64) ?? 'not named') : shortDigest(keyId)}`,
  ]);
  const unsigned = found.unsigned.map((what) => [safeText(what), 'signature', style.waiting('none'), '']);
  const rows = [...hashes, ...signatures, ...unsigned];
  const parts = [
    head,
    ...(rows.length === 0 ? [] : [table(['part', 'algorithm', 'verdict', 'by'], rows)]),
    ...(findings.length === 0 ? [] : [findings.map((one) => `${paint(one.verdict, style)}  ${safeText(one.message)}`)]),
    ...(found.warnings.length === 0
      ? []
      : [found.warnings.map((text) => `${style.waiting('note')}  ${safeText(text)}`)]),
  ];
  return parts.map((part) => (typeof part === 'string' ? part : part.join('\n'))).join('\n\n');
}

function optional(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, safeText(value)]];
}

function paint(verdict: ImageVerdict, style: Style): string {
  if (verdict === 'pass') return style.good('pass');
  return verdict === 'fail' ? style.bad('fail') : style.waiting('unclear');
}
