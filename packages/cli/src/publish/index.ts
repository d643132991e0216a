// What the wrappers of CI (`actions/`) share with `fettle release publish`.

export { gateRows } from '../check/gate-rows.ts';
export { exchangeHere } from '../ci/exchange.ts';
export { type FoundIdToken, findIdToken } from '../ci/id-token.ts';
export { type Context, createContext } from '../context.ts';
export { type ExitCode, exitCodeOf, exitCodes } from '../exit-codes.ts';
export type { Environment, Io } from '../io.ts';
export type { Step } from '../output/steps.ts';
export { safeText } from '../output/style.ts';
export { parseArtifactSpecs } from '../parse/artifact-spec.ts';
export { parseDuration } from '../parse/duration.ts';
export { readPlan } from '../parse/plan.ts';
export { type ShownProblem, showProblem } from '../problems.ts';
export { findStarted } from '../rollout/find-started.ts';
export { standsStill } from '../rollout/watch.ts';
export { chooseWay } from './choose-way.ts';
export { publishSteps } from './publish.ts';
export type { Outcome } from './publish-way.ts';
