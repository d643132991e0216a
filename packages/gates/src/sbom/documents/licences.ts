import parseExpression from 'spdx-expression-parse';

const maxCharacters = 512;

/** Whether a text is an expression of SPDX licences: `GPL-2.0-only WITH Classpath-exception-2.0 AND MIT`. */
export function isLicenceExpression(text: string): boolean {
  if (text.length > maxCharacters) return false;
  try {
    parseExpression(text);
    return true;
  } catch {
    return false;
  }
}
