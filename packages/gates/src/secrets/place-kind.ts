import type { PlaceKind } from './detector.ts';

const documentation =
  /(?:^|\/)(?:usr\/share\/(?:doc|doc-base|man|info|help|gtk-doc|locale|javascript|i18n|bash-completion|zsh|vim|nano)\/|docs?\/|man\d?\/|examples?\/|samples?\/|tests?\/|testdata\/|fixtures\/|site-packages\/|dist-packages\/|node_modules\/|locales?\/)/i;
const documentationName =
  /(?:^|\/)(?:readme|changelog|copying|licen[cs]e|news|authors)[^/]*$|\.(?:md|rst|html?|adoc|pod|po|mo|[1-9]|sample|example|dist|tmpl|template|in|j2|erb|orig|pm|pl|py|pyc|rb|js|ts|go|c|h|cc|cpp|hpp|rs|java|php|el|elc|lua|tcl|tm|m4)$/i;
const settingsName =
  /(?:\.(?:conf|cfg|cnf|config|ini|env|properties|ya?ml|json|json5|toml|xml|netdev|network|nmconnection|service|secrets?|credentials|creds|local|prod|production|settings|prefs|reg|sh|default|defaults|tfvars|ovpn|wg|rc)|(?:^|\/)(?:\.env[^/]*|\.[a-z]+rc|credentials|config|sdkconfig[^/]*|secrets?|settings|environment|\.s3cfg|chap-secrets|pap-secrets|passwords?))$/i;
const systemFolders = /^(?:\.\/)?(?:usr\/(?:share|lib|lib64|include|bin|sbin|src)|lib|bin|sbin)\//;

/** What kind of file a path names. Settings: where a device's own configuration lives, and files named as such. */
export function placeKindOf(path: string): PlaceKind {
  if (documentation.test(path) || documentationName.test(path)) return 'documentation';
  if (systemFolders.test(path)) return 'other';
  if (settingsName.test(path) || /(?:^|\/)etc\//.test(path)) return 'settings';
  return 'other';
}

/** Documentation that packages bring along: a key in it is one that everybody has, and that nothing uses. */
export function isPackagedDocumentation(path: string): boolean {
  return /(?:^|\/)usr\/share\/(?:doc|man|info)\//.test(path);
}
