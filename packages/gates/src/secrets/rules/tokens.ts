import { type Detector, type Found, rulesOf, type SecretRule, type View } from '../detector.ts';
import { looksRandom } from '../plausible.ts';

const access = 'Whoever has the image can act with this token, until it is revoked.';

export const tokenRules = rulesOf({
  'github-token': { severity: 'critical', why: access },
  'gitlab-token': { severity: 'critical', why: access },
  'npm-token': { severity: 'critical', why: access },
  'pypi-token': { severity: 'critical', why: access },
  'docker-token': { severity: 'critical', why: access },
  'slack-token': { severity: 'high', why: access },
  'slack-webhook': { severity: 'medium', why: 'Whoever has the address can write into the channel.' },
  'discord-webhook': { severity: 'medium', why: 'Whoever has the address can write into the channel.' },
  'stripe-key': { severity: 'critical', why: access },
  'vault-token': { severity: 'critical', why: access },
  'google-api-key': { severity: 'medium', why: 'Calls are charged to the owner of the key, unless it is restricted.' },
  'google-oauth-secret': { severity: 'high', why: access },
  'firebase-server-key': { severity: 'high', why: 'Whoever has it can push messages to every app of the project.' },
  'sendgrid-key': { severity: 'critical', why: access },
  'mailgun-key': { severity: 'high', why: access },
  'twilio-key': { severity: 'high', why: access },
  'telegram-token': { severity: 'high', why: 'Whoever has it is the bot, and reads what people write to it.' },
  'digitalocean-token': { severity: 'critical', why: access },
  'openai-key': { severity: 'high', why: access },
  'anthropic-key': { severity: 'high', why: access },
  'huggingface-token': { severity: 'high', why: access },
  'databricks-token': { severity: 'high', why: access },
  'shopify-token': { severity: 'high', why: access },
  'square-token': { severity: 'high', why: access },
  'grafana-token': { severity: 'high', why: access },
  'new-relic-key': { severity: 'medium', why: access },
  'sentry-token': { severity: 'medium', why: access },
  'postman-key': { severity: 'medium', why: access },
  'atlassian-token': { severity: 'critical', why: access },
  'linear-key': { severity: 'medium', why: access },
  'tailscale-key': { severity: 'critical', why: 'Whoever has the image can join the private network.' },
  'adafruit-io-key': { severity: 'high', why: access },
  'terraform-token': { severity: 'critical', why: access },
});

interface TokenShape {
  readonly rule: SecretRule;
  /** Where a search can begin: at least four characters of the token each. */
  readonly literals: readonly string[];
  /** The whole token, from the literal on. */
  readonly pattern: RegExp;
  /** Characters of the token in front of the literal, matched backwards to its beginning. */
  readonly before?: RegExp;
}

const r = tokenRules;
const shapes: readonly TokenShape[] = [
  {
    rule: r['github-token'],
    literals: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /^gh[pousr]_[A-Za-z0-9]{36,251}/,
  },
  { rule: r['github-token'], literals: ['github_pat_'], pattern: /^github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/ },
  {
    rule: r['gitlab-token'],
    literals: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glsoat-'],
    pattern: /^gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20,64}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?/,
  },
  { rule: r['npm-token'], literals: ['npm_'], pattern: /^npm_[A-Za-z0-9]{36}/ },
  { rule: r['pypi-token'], literals: ['pypi-AgE'], pattern: /^pypi-AgE[A-Za-z0-9_-]{50,300}/ },
  { rule: r['docker-token'], literals: ['dckr_pat_', 'dckr_oat_'], pattern: /^dckr_[po]at_[A-Za-z0-9_-]{27,32}/ },
  {
    rule: r['slack-token'],
    literals: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxe-', 'xoxe.', 'xapp-'],
    pattern:
      /^(?:xox[bpars]-(?:\d{8,14}-){1,3}[A-Za-z0-9-]{20,64}|xox[abprs]-\d-[A-Za-z0-9-]{24,200}|xoxe(?:\.xox[bp])?-\d-[A-Za-z0-9]{100,200}|xapp-\d-[A-Z0-9]{8,14}-\d{8,14}-[a-f0-9]{64})/,
  },
  {
    rule: r['slack-webhook'],
    literals: ['hooks.slack.com/'],
    pattern: /^hooks\.slack\.com\/(?:services|workflows)\/[TA][A-Z0-9]{7,12}\/[A-Z0-9]{8,14}\/[A-Za-z0-9/]{20,48}/,
  },
  {
    rule: r['discord-webhook'],
    literals: ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    pattern: /^discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[A-Za-z0-9_-]{60,80}/,
  },
  { rule: r['stripe-key'], literals: ['sk_live_', 'rk_live_'], pattern: /^[sr]k_live_[A-Za-z0-9]{24,110}/ },
  { rule: r['vault-token'], literals: ['hvs.', 'hvb.', 'hvr.'], pattern: /^hv[sbr]\.[A-Za-z0-9_-]{24,300}/ },
  { rule: r['google-api-key'], literals: ['AIza'], pattern: /^AIza[A-Za-z0-9_-]{35}/ },
  { rule: r['google-oauth-secret'], literals: ['GOCSPX-'], pattern: /^GOCSPX-[A-Za-z0-9_-]{28}/ },
  {
    rule: r['firebase-server-key'],
    literals: [':APA91b'],
    before: /AAAA[A-Za-z0-9_-]{7}$/,
    pattern: /^:APA91b[A-Za-z0-9_-]{134}/,
  },
  { rule: r['sendgrid-key'], literals: each('SG.', word()), pattern: /^SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/ },
  { rule: r['mailgun-key'], literals: ['key-'], pattern: /^key-[a-f0-9]{32}/ },
  {
    rule: r['telegram-token'],
    literals: [...'0123456789'].map((digit) => `${digit}:AA`),
    before: /(?<![\w:.-])\d{7,9}$/,
    pattern: /^\d:AA[A-Za-z0-9_-]{33}/,
  },
  { rule: r['digitalocean-token'], literals: ['dop_v1_', 'doo_v1_', 'dor_v1_'], pattern: /^do[opr]_v1_[a-f0-9]{64}/ },
  {
    rule: r['openai-key'],
    literals: ['T3BlbkFJ'],
    before: /sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,100}$/,
    pattern: /^T3BlbkFJ[A-Za-z0-9_-]{20,100}/,
  },
  { rule: r['anthropic-key'], literals: ['sk-ant-'], pattern: /^sk-ant-[a-z]{3,8}\d\d-[A-Za-z0-9_-]{80,120}/ },
  { rule: r['huggingface-token'], literals: each('hf_', letters()), pattern: /^hf_[A-Za-z]{34}/ },
  { rule: r['databricks-token'], literals: each('dapi', '0123456789abcdef'), pattern: /^dapi[0-9a-f]{32}(?:-\d)?/ },
  {
    rule: r['shopify-token'],
    literals: ['shpat_', 'shpca_', 'shppa_', 'shpss_'],
    pattern: /^shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/,
  },
  {
    rule: r['square-token'],
    literals: ['sq0atp-', 'sq0csp-'],
    pattern: /^sq0(?:atp-[A-Za-z0-9_-]{22}|csp-[A-Za-z0-9_-]{43})/,
  },
  {
    rule: r['grafana-token'],
    literals: ['glsa_', 'glc_'],
    pattern: /^(?:glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|glc_[A-Za-z0-9+/]{50,300}={0,2})/,
  },
  { rule: r['new-relic-key'], literals: ['NRAK-', 'NRJS-'], pattern: /^(?:NRAK-[A-Z0-9]{27}|NRJS-[a-f0-9]{19})/ },
  {
    rule: r['sentry-token'],
    literals: ['sntrys_', 'sntryu_'],
    pattern: /^(?:sntrys_[A-Za-z0-9+/=_-]{80,300}|sntryu_[a-f0-9]{64})/,
  },
  { rule: r['postman-key'], literals: ['PMAK-'], pattern: /^PMAK-[a-f0-9]{24}-[a-f0-9]{34}/ },
  { rule: r['atlassian-token'], literals: ['ATATT3x', 'ATCTT3x'], pattern: /^AT[AC]TT3x[A-Za-z0-9_=-]{100,300}/ },
  { rule: r['linear-key'], literals: ['lin_api_'], pattern: /^lin_api_[A-Za-z0-9]{40}/ },
  {
    rule: r['tailscale-key'],
    literals: ['tskey-'],
    pattern: /^tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,40}/,
  },
  { rule: r['adafruit-io-key'], literals: ['aio_'], pattern: /^aio_[A-Za-z]{4}\d{2}[A-Za-z0-9]{22}/ },
  {
    rule: r['terraform-token'],
    literals: ['.atlasv1.'],
    before: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}$/,
    pattern: /^\.atlasv1\.[A-Za-z0-9_-]{60,72}/,
  },
];

/** Twilio's ids have no mark of their own: believed only where the name stands on the same lines. */
const twilio: Detector = {
  literals: ['twilio', 'Twilio', 'TWILIO'],
  inUtf16: true,
  read: ({ bytes }, at) => {
    const text = bytes.toString('latin1', at, at + 300);
    const match =
      /(?:AUTH_?TOKEN|SECRET|API_?KEY|SID)[^\r\n0-9a-zA-Z]{1,8}(SK[0-9a-f]{32}|[0-9a-f]{32})(?![0-9A-Za-z])/i.exec(
        text,
      );
    const secret = match?.[1];
    if (match === null || secret === undefined || !looksRandom(secret.slice(-32))) return undefined;
    const from = at + match.index + match[0].length - secret.length;
    return { rule: r['twilio-key'], at: from, end: from + secret.length, secret };
  },
};

export const tokenDetectors: readonly Detector[] = [...shapes.map(detectorOf), twilio];

const longestToken = 600;
const wordCharacter = /[A-Za-z0-9_]/;

function detectorOf(shape: TokenShape): Detector {
  return { literals: shape.literals, inUtf16: true, read: (view, at) => readToken(shape, view, at) };
}

function readToken(shape: TokenShape, { bytes }: View, literalAt: number): Found | undefined {
  const rest = shape.pattern.exec(bytes.toString('latin1', literalAt, literalAt + longestToken))?.[0];
  if (rest === undefined) return undefined;
  const front = bytes.toString('latin1', Math.max(0, literalAt - 140), literalAt);
  const start = shape.before === undefined ? '' : shape.before.exec(front)?.[0];
  if (start === undefined) return undefined;
  const at = literalAt - start.length;
  const end = literalAt + rest.length;
  const secret = start + rest;
  if (isGluedTo(bytes, at - 1) || wordCharacter.test(bytes.toString('latin1', end, end + 1)) || !looksRandom(secret))
    return undefined;
  return { rule: shape.rule, at, end, secret };
}

/** A word character in front, unless it is the letter of an escaped line end. */
function isGluedTo(bytes: Buffer, at: number): boolean {
  if (at < 0 || !wordCharacter.test(bytes.toString('latin1', at, at + 1))) return false;
  return bytes[at - 1] !== 0x5c;
}

function each(start: string, next: string): readonly string[] {
  return [...next].map((character) => start + character);
}

function letters(): string {
  return 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
}

function word(): string {
  return `${letters()}0123456789_-`;
}
