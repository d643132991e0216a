import { FettleError } from '@fettle/model';
import type { Io } from '../io.ts';

/** Environment names of passwords; they never come as arguments, which everybody on a machine can read. */
export const passwordVariables = { own: 'FETTLE_PASSWORD', new: 'FETTLE_NEW_PASSWORD' } as const;

/** One's own password: of the environment, else asked for. */
export async function askPassword({ env, ask }: Io, question: string): Promise<string> {
  const given = env[passwordVariables.own];
  if (given) return given;
  if (ask) return ask(`${question}: `, { hidden: true });
  throw nobodyThere(passwordVariables.own);
}

/** A password that is to be, typed twice. */
export async function askNewPassword({ env, ask }: Io, question: string): Promise<string> {
  const given = env[passwordVariables.new];
  if (given) return given;
  if (!ask) throw nobodyThere(passwordVariables.new);
  const first = await ask(`${question}: `, { hidden: true });
  if ((await ask('the same again: ', { hidden: true })) === first) return first;
  throw new FettleError('invalid-input', 'The passwords differ: nothing was changed.');
}

function nobodyThere(variable: string): FettleError {
  return new FettleError('invalid-input', `Expected a password: nobody sits here to ask, and ${variable} is not set.`);
}
