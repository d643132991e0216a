import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Finding } from './finding.ts';
import { listSourceFiles } from './source-files.ts';

const switches = new Set(['only', 'skip', 'todo']);

/** Every test runs, says what it shows in a sentence, and every test file has one. */
export function checkTests(root: string): Finding[] {
  return listSourceFiles(root)
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => checkTestFile(file, readFileSync(join(root, file), 'utf8')));
}

function checkTestFile(file: string, text: string): Finding[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const findings: Finding[] = [];
  let tests = 0;
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node)) {
      const kind = kindOf(node.expression);
      if (kind === 'test') tests++;
      if (kind !== undefined) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        findings.push(...checkCall(node, kind).map((message) => ({ file, line, message })));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (tests === 0) findings.push({ file, message: 'has no test: write one or remove the file.' });
  return findings;
}

/** `test(…)`, `it(…)` and `t.test(…)` are tests, `describe(…)` a heading. */
function kindOf(callee: ts.Expression): 'test' | 'heading' | undefined {
  if (ts.isIdentifier(callee))
    return callee.text === 'describe' ? 'heading' : isTestWord(callee.text) ? 'test' : undefined;
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  if (switches.has(callee.name.text)) return kindOf(callee.expression);
  return callee.name.text === 'test' && ts.isIdentifier(callee.expression) ? 'test' : undefined;
}

function isTestWord(text: string): boolean {
  return text === 'test' || text === 'it';
}

function checkCall(call: ts.CallExpression, kind: 'test' | 'heading'): string[] {
  const problems: string[] = [];
  if (ts.isPropertyAccessExpression(call.expression) && switches.has(call.expression.name.text)) {
    problems.push(`.${call.expression.name.text}( leaves tests out: remove it.`);
  }
  for (const argument of call.arguments) {
    if (!ts.isObjectLiteralExpression(argument)) continue;
    for (const property of argument.properties) {
      const name = property.name?.getText() ?? '';
      // A condition is fine: a peer that is not installed leaves its tests out loudly.
      const fixed = ts.isPropertyAssignment(property) && /^(?:true|'|"|`)/.test(property.initializer.getText());
      if (switches.has(name) && fixed) problems.push(`${name}: … leaves this test out: remove it.`);
    }
  }
  const [title] = call.arguments;
  if (kind === 'test' && title && ts.isStringLiteralLike(title) && title.text.trim().split(/\s+/).length < 3) {
    problems.push(`"${title.text}" is no sentence: say what behaviour the test shows.`);
  }
  return problems;
}
