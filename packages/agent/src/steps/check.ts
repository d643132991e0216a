import { type AgentErrorCode, deploymentError } from '../errors.ts';
import { goOn, type Kit, type StepResult } from '../kit.ts';
import { reportWork } from '../reports.ts';
import { changeWork, decideEnding, enterStage } from '../transitions.ts';
import { commit } from './commit.ts';

type Health =
  | { readonly health: 'good' }
  | { readonly health: 'bad'; readonly message: string }
  | { readonly health: 'stopped' };

const retryMs = 2_000;
const glanceMs = 10_000;

/** Judges the new slot, which runs on trial: every check must pass, then it is committed. */
export async function check(kit: Kit): Promise<StepResult> {
  const { journal, work } = kit;
  const started = { checksStarted: work.checksStarted + 1, ending: null };
  const entered = changeWork(enterStage(journal.journal, 'checking', kit.at()), started);
  const first = work.stage !== 'checking' && work.stage !== 'committing';
  await journal.save(first || !work.deployment ? report(kit, entered, '') : entered);
  await kit.deliver();
  const health = await judgeHealth(kit);
  if (health.health === 'stopped') return goOn;
  if (health.health === 'good') return commit(kit);
  return giveUp(kit, 'health-failed', health.message);
}

/** Decides to go back to the old slot. The outcome is reported once that runs again, not before. */
export async function giveUp(kit: Kit, code: AgentErrorCode, message: string): Promise<StepResult> {
  kit.log.error(code, { message });
  const ending = { status: 'rolledBack', error: deploymentError(code, message) } as const;
  const decided = decideEnding(kit.journal.journal, 'rollingBack', ending, kit.at());
  await kit.journal.save(report(kit, decided, `Going back to the old slot: ${message}`));
  return goOn;
}

function report(kit: Kit, journal: Kit['journal']['journal'], detail: string): Kit['journal']['journal'] {
  return reportWork(journal, { status: 'checking', detail }, kit.clock.now());
}

async function judgeHealth(kit: Kit): Promise<Health> {
  const { config, runner, signal } = kit;
  for (const { name, command, timeoutSeconds } of config.health.checks) {
    const result = await runner.run({ command, timeoutMs: timeoutSeconds * 1_000, signal });
    if (signal.aborted || result.ended === 'stopped') return { health: 'stopped' };
    if (result.ended !== 'ok') {
      const said = result.output ? ` It said: ${result.output}` : '';
      return { health: 'bad', message: `Health check ${name} ${result.message}.${said}` };
    }
  }
  return judgeServer(kit);
}

/** Only `require` can fail a slot: a server that is away must never turn a good install into a rollback. */
async function judgeServer(kit: Kit): Promise<Health> {
  const { mode, alternatives, timeoutSeconds } = kit.config.health.server;
  if (mode === 'off') return { health: 'good' };
  const limitMs = timeoutSeconds * 1_000;
  const startedMs = kit.clock.monotonicMs();
  do {
    for (const place of ['server', ...alternatives]) {
      if (await kit.transport.isReachable(place, Math.min(glanceMs, limitMs))) return { health: 'good' };
      if (kit.signal.aborted) return { health: 'stopped' };
    }
    if (mode === 'report') {
      const { journal } = kit.journal;
      await kit.journal.save(report(kit, journal, 'The server was not reachable from the new slot.'));
      return { health: 'good' };
    }
    await kit.clock.sleep(retryMs, kit.signal);
  } while (kit.clock.monotonicMs() - startedMs < limitMs && !kit.signal.aborted);
  if (kit.signal.aborted) return { health: 'stopped' };
  return { health: 'bad', message: `Neither the server nor an alternative answered within ${timeoutSeconds} s.` };
}
