import type { Finding } from '@fettle/model';

interface Explanation {
  readonly place: RegExp;
  readonly rules: RegExp;
  readonly why: string;
}

// Keys and certificates that stand in files of Debian's packages: what the gate says of them is right.
const explanations: readonly Explanation[] = [
  {
    place: /(?:^|\/)(?:tests?|testdata|test_data|dummyserver)\//,
    rules: /./,
    why: 'test data with whole keys and certificates',
  },
  { place: /^usr\/share\/doc\//, rules: /^(?:private-key|keystore)/, why: 'an example with a whole key' },
  {
    place: /^etc\/ssl\/private\/|^etc\/ssl\/certs\/ssl-cert-snakeoil/,
    rules: /./,
    why: 'made when ssl-cert was installed',
  },
  { place: /^etc\/ssh\/ssh_host_/, rules: /^ssh-host-key$/, why: 'made when the SSH server was installed' },
  {
    place: /^etc\/chromium\.d\/apikeys$/,
    rules: /^(?:google-api-key|settings-secret)$/,
    why: "the distribution's own keys of Google",
  },
  { place: /^usr\/lib\/chromium\//, rules: /^(?:private-key|google|test-)/, why: 'keys inside the browser' },
  { place: /AAVMF_VARS\.snakeoil|OVMF_VARS.*snakeoil/i, rules: /^test-ca$/, why: 'says snakeoil itself' },
  { place: /Windows_TemporaryKey\.pfx$/, rules: /^keystore-pkcs12$/, why: 'a whole key, published with CMake' },
  { place: /testcert\.a$/, rules: /^test-/, why: "Go's certificate for tests" },
];

/** Why a finding in what Debian installs is true; undefined when it is false. */
export function whyTrue({ place, rule }: Finding): string | undefined {
  return explanations.find((each) => each.place.test(place) && each.rules.test(rule))?.why;
}
