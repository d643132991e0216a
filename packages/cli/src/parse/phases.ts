import { type FailureThreshold, FettleError, limits, type PhasePlan } from '@fettle/model';

type Size = PhasePlan['size'];

/** Reads `5%,50%,100%` or `10,25%,all`: a share of the devices or a count, each at least as large as the one before. */
export function parsePhases(text: string): readonly Size[] {
  const sizes = text.split(',').map((part) => parseSize(part.trim(), '--phases'));
  if (sizes.length > limits.phasesPerRollout) {
    throw new FettleError(
      'invalid-input',
      `--phases: at most ${limits.phasesPerRollout} phases, found ${sizes.length}.`,
    );
  }
  const shares = sizes.map((size) => ('share' in size ? size.share : 0)).filter((share) => share > 0);
  if (shares.some((share, i) => i > 0 && share <= (shares[i - 1] ?? 0))) {
    throw new FettleError('invalid-input', `--phases: each share must be above the one before it, found "${text}".`);
  }
  return sizes;
}

/** Reads `5%` or `3`: how many failed devices are too many. */
export function parseThreshold(text: string): FailureThreshold {
  const percent = percentOf(text.trim());
  if (percent !== undefined && percent >= 0 && percent <= 100) return { share: percent / 100 };
  if (/^\d{1,9}$/.test(text.trim())) return { count: Number(text) };
  throw new FettleError('invalid-input', `--max-failures: expected a share (5%) or a count (3), found "${text}".`);
}

function parseSize(text: string, option: string): Size {
  if (text === 'all') return { share: 1 };
  const percent = percentOf(text);
  if (percent !== undefined && percent > 0 && percent <= 100) return { share: percent / 100 };
  if (/^[1-9]\d{0,8}$/.test(text)) return { count: Number(text) };
  throw new FettleError('invalid-input', `${option}: expected shares or counts such as "5%,50%,all", found "${text}".`);
}

function percentOf(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,4})?)\s*%$/.exec(text);
  return match ? Number(match[1]) : undefined;
}
