import { type Context, fileIn, jsonIn } from './context.ts';
import { sha256 } from './signatures.ts';
import { at, listOf, textOf } from './values.ts';

export const policyFile = 'gates/policy.json';
const clearanceFile = 'gates/clearance.json';

/**
 * The policy that the release is held against is here: the one that cleared it, or where no check did, the one of the fleet.
 * Where none is named, nothing was demanded, and that is told.
 */
export function checkPolicy({ files, report, dossier }: Context): void {
  const named = at(dossier, 'policy');
  report.rule('policy', policyFile, (refuse) => {
    const isCleared = at(dossier, 'check') !== null;
    if (!isCleared && files.has(clearanceFile)) refuse('dossier.json names no check', clearanceFile);
    if (named === null) {
      if (isCleared) refuse('dossier.json names a check, but no policy', 'dossier.json');
      if (files.has(policyFile)) refuse('dossier.json names no policy');
      report.note('NO POLICY: nothing was demanded of this release, neither of gates nor of people');
      return 'none';
    }
    if (sha256(fileIn(files, policyFile)) !== named) refuse('it is not the policy that dossier.json names');
    const stages = namesIn(jsonIn(files, policyFile));
    if (!isCleared) {
      report.note(
        'NEVER CHECKED: no gate has cleared this release; its policy is the one of the fleet, which came later',
      );
      return `${stages.length} stages`;
    }
    const clearance = jsonIn(files, clearanceFile);
    if (at(clearance, 'policyDigest') !== named) refuse('it is by another policy', clearanceFile);
    const cleared = namesIn(clearance);
    for (const name of stages) if (!cleared.includes(name)) refuse(`it leaves out the stage ${name}`, clearanceFile);
    if (at(dossier, 'fleetPolicy') !== named)
      report.note('the fleet has another policy by now, or none: all is held against the one that cleared the release');
    return `${stages.length} stages`;
  });
}

function namesIn(judged: unknown): readonly string[] {
  return listOf(at(judged, 'stages')).map((stage) => textOf(at(stage, 'stage')));
}
