import { FettleError } from '@fettle/model';
import type { Survey } from './ports.ts';
import { phaseSurvey } from './rollouts/phase-survey.ts';
import { causeSurvey } from './rollouts/tally-causes.ts';
import { audienceSurvey } from './rollouts/timing/audience-survey.ts';

/** Every survey, so that another thread finds it by its name. */
const surveys: readonly Survey<never, unknown>[] = [phaseSurvey, causeSurvey, audienceSurvey];

/** @throws FettleError `internal` for a name that no survey has */
export function surveyNamed(name: string): Survey<never, unknown> {
  const found = surveys.find((survey) => survey.name === name);
  if (found) return found;
  throw new FettleError(
    'internal',
    `There is no survey ${name}; there are ${surveys.map((one) => one.name).join(', ')}.`,
  );
}
