import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Finding } from './finding.ts';
import { purePackages } from './floors.ts';
import { isTestFile, listSourceFiles, packageOf } from './source-files.ts';

/** What a pure package may not touch although no import shows it, and what to do instead. */
const impureGlobals: Readonly<Record<string, string>> = {
  process: 'take what you need as an argument',
  console: 'return what there is to say',
  fetch: 'take a port',
  WebSocket: 'take a port',
  performance: 'take `now` as an argument',
  setTimeout: 'waiting belongs to the caller',
  setInterval: 'waiting belongs to the caller',
  setImmediate: 'waiting belongs to the caller',
  globalThis: 'name what you mean',
};
const impureCalls: Readonly<Record<string, string>> = {
  'Date.now': 'take `now` as an argument',
  'Math.random': 'take randomness as an argument',
  'crypto.randomUUID': 'take randomness as an argument',
  'crypto.getRandomValues': 'take randomness as an argument',
};

/** Pure packages stay pure, and only `config.ts` of a door reads the environment. */
export function checkGlobals(root: string): Finding[] {
  const findings: Finding[] = [];
  for (const file of listSourceFiles(root)) {
    const owner = packageOf(file);
    if (owner === undefined || isTestFile(file)) continue;
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
    if (purePackages.includes(owner)) findings.push(...findImpure(source));
    else if (file !== `packages/${owner}/src/config.ts`) findings.push(...findEnvironment(source));
  }
  return findings;
}

function findImpure(source: ts.SourceFile): Finding[] {
  const declared = declaredNames(source);
  const findings: Finding[] = [];
  visit(source, (node) => {
    if (isClockReading(node)) {
      findings.push({ ...placeOf(source, node), message: 'reads the clock (Date): take `now` as an argument.' });
    }
    if (
      ts.isPropertyAccessExpression(node) &&
      ts.isIdentifier(node.expression) &&
      !declared.has(node.expression.text)
    ) {
      const name = `${node.expression.text}.${node.name.text}`;
      const instead = impureCalls[name];
      if (instead) findings.push({ ...placeOf(source, node), message: `uses ${name}: ${instead}.` });
    }
    if (!ts.isIdentifier(node) || declared.has(node.text) || !isReference(node)) return;
    const instead = Object.hasOwn(impureGlobals, node.text) ? impureGlobals[node.text] : undefined;
    if (instead) findings.push({ ...placeOf(source, node), message: `uses ${node.text}: ${instead}.` });
  });
  return findings;
}

function findEnvironment(source: ts.SourceFile): Finding[] {
  const findings: Finding[] = [];
  visit(source, (node) => {
    if (!isEnvironment(node)) return;
    const message = 'reads process.env: only src/config.ts does, and passes values down.';
    findings.push({ ...placeOf(source, node), message });
  });
  return findings;
}

function isEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'env' && node.expression.getText() === 'process';
  if (ts.isElementAccessExpression(node)) {
    const key = node.argumentExpression;
    return node.expression.getText() === 'process' && ts.isStringLiteral(key) && key.text === 'env';
  }
  if (ts.isImportSpecifier(node)) {
    const from = node.parent.parent.parent.moduleSpecifier.getText().slice(1, -1);
    return /^(?:node:)?process$/.test(from) && (node.propertyName ?? node.name).text === 'env';
  }
  return false;
}

function isClockReading(node: ts.Node): boolean {
  const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
  if (!isCall || node.expression.getText() !== 'Date') return false;
  return ts.isCallExpression(node) || (node.arguments ?? []).length === 0;
}

/** True when the identifier stands for a value, and is not just a property or a label of that name. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent) || ts.isImportSpecifier(parent)) return false;
  const named = parent as { name?: ts.Node };
  return named.name !== node || ts.isShorthandPropertyAssignment(parent);
}

function declaredNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  visit(source, (node) => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node);
    if (declares && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

function placeOf(source: ts.SourceFile, node: ts.Node): { file: string; line: number } {
  return { file: source.fileName, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 };
}
