/** The rules come from the fleet's image policy, which devices are told of, too: a second place could contradict it. */
export function signatureSettingsProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  const [name] = Object.keys(given);
  if (name === undefined) return undefined;
  return `there is no setting ${name.slice(0, 40)} of signature: the image policy of the fleet says what is demanded`;
}
