import { createClient } from '@fettle/api';
import type { Context } from '../context.ts';
import { askPassword } from './ask-password.ts';

/** Logs a person in by name and password. @returns the token */
export async function logInPerson(context: Context, server: string, name: string): Promise<string> {
  const password = await askPassword(context.io, `password of ${name}`);
  const { token, person } = await createClient({ server }).logIn({ name, password }, { signal: context.io.signal });
  if (person.mustChange) context.note('somebody else chose this password; next: fettle person password');
  return token;
}
