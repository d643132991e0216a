/** What policies can ask for. */
export const secretsFacts = {
  secrets: 'Different secrets, in all.',
  criticalFindings: 'Secrets of severity critical.',
  highFindings: 'Secrets of severity high.',
  mediumFindings: 'Secrets of severity medium.',
  lowFindings: 'Secrets of severity low.',
  privateKeys: 'Private keys, keystores with private keys included.',
  perDeviceSecrets: 'Secrets that belong to one device only, such as SSH host keys.',
  emptyPasswords: 'Accounts without a password.',
  defaultPasswords: 'Accounts with a password that is tried first.',
  untriedPasswords: 'Password hashes that known passwords were not tried on: other schemes, or too many of them.',
  secretRules: 'Names of the rules that found something, sorted.',
  unseenParts: 'Parts of the artifact that could not be looked into.',
} as const;
