import type { Detector, FileReader, SecretRule } from './detector.ts';
import { accountDetectors, accountReaders, accountRules } from './rules/accounts.ts';
import { certificateDetectors, certificateRules } from './rules/certificates.ts';
import { cloudDetectors, cloudRules } from './rules/cloud.ts';
import { keystoreDetectors, keystoreRules } from './rules/keystores.ts';
import { networkDetectors, networkRules } from './rules/networks.ts';
import { privateKeyDetectors, privateKeyRules } from './rules/private-keys.ts';
import { publishedTrustDetectors, publishedTrustRules } from './rules/published-trust.ts';
import { settingsReaders, settingsRules } from './rules/settings.ts';
import { tokenDetectors, tokenRules } from './rules/tokens.ts';

/** Every kind of secret that is looked for, by family. */
export const secretFamilies: Readonly<Record<string, readonly SecretRule[]>> = {
  'private keys': Object.values(privateKeyRules),
  keystores: Object.values(keystoreRules),
  certificates: [...Object.values(certificateRules), ...Object.values(publishedTrustRules)],
  clouds: Object.values(cloudRules),
  tokens: Object.values(tokenRules),
  networks: Object.values(networkRules),
  accounts: Object.values(accountRules),
  settings: Object.values(settingsRules),
};

/** Every rule, each name once. */
export const secretRules: readonly SecretRule[] = Object.values(secretFamilies).flat();

export const detectors: readonly Detector[] = [
  ...privateKeyDetectors,
  ...keystoreDetectors,
  ...certificateDetectors,
  ...publishedTrustDetectors,
  ...cloudDetectors,
  ...tokenDetectors,
  ...networkDetectors,
  ...accountDetectors,
];

export const fileReaders: readonly FileReader[] = [...accountReaders, ...settingsReaders];
