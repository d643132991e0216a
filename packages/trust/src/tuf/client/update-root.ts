import { type RootMetadata, wireName } from '../metadata.ts';
import { parseSigned } from '../parse-signed.ts';
import { Refusal } from '../problem.ts';
import { tufLimits } from '../tuf-limits.ts';
import { demandThreshold } from '../verify-role.ts';
import { type Cycle, fetchBytes } from './cycle.ts';
import { keptUnder, readOwnRoot, type TrustedState } from './trusted-state.ts';

/**
 * Walks from the trusted root to the newest, however long the device slept. Expiry is the caller's next step.
 * @source TUF 1.0.34 §5.2, §5.3
 */
export async function updateRoot(cycle: Cycle): Promise<RootMetadata> {
  let root = loadRoot(cycle.state);
  // §5.3.3: a bound on the steps; those done are kept, so that the next update goes on from here.
  for (let step = 0; step <= tufLimits.rootSteps; step += 1) {
    const bytes = await fetchBytes(cycle, wireName('root', root.version + 1), tufLimits.rootBytes);
    // §5.3.3: no newer one.
    if (bytes === undefined) return root;
    if (step === tufLimits.rootSteps) break;
    root = followRoot(cycle, root, bytes);
  }
  throw new Refusal('root-chain-too-long', `Expected at most ${tufLimits.rootSteps} new roots, more were served.`);
}

function followRoot(cycle: Cycle, root: RootMetadata, bytes: Uint8Array): RootMetadata {
  const file = parseSigned(bytes, tufLimits.rootBytes);
  // §5.3.4: the threshold of the trusted root and that of the new one.
  const what = `root ${root.version + 1} by the keys of root ${root.version}`;
  demandThreshold(file, root.roles.root, { keys: root.keys, code: 'root-signatures-missing', what });
  const { root: next } = readOwnRoot(bytes);
  // §5.3.5: exactly the next version.
  if (next.version !== root.version + 1) {
    throw new Refusal('root-version-wrong', `Expected root ${root.version + 1}, found version ${next.version}.`);
  }
  // §5.3.7, §5.3.8: trust and persist. §5.3.11 goes with it, as a power cut in between must not keep a version that
  // somebody with the old keys had driven up.
  cycle.state = { ...keptUnder(root, next, cycle.state), root: file.text };
  return next;
}

function loadRoot(state: TrustedState): RootMetadata {
  try {
    return readOwnRoot(Buffer.from(state.root, 'utf8')).root;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal('state-unusable', `Expected a usable trusted root: ${error.message} Provision the device anew.`);
  }
}
