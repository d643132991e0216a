import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What GitHub's own reader says against a file. */
export interface GithubParser {
  readonly workflow: (name: string, content: string) => Promise<readonly string[]>;
  readonly action: (name: string, content: string) => readonly string[];
}

interface Parsed {
  readonly value: unknown;
  readonly context: { readonly errors: { readonly getErrors: () => readonly { readonly message: string }[] } };
}
interface Bundle {
  readonly parseWorkflow: (file: object, trace: object) => Parsed;
  readonly convertWorkflowTemplate: (context: object, value: unknown) => Promise<{ errors?: { Message: string }[] }>;
  readonly parseAction: (file: object, trace: object) => Parsed;
  readonly NoOperationTraceWriter: new () => object;
}

const entry = `
export { convertWorkflowTemplate, parseWorkflow } from '@actions/workflow-parser';
export { parseAction } from '@actions/workflow-parser/actions/action-parser';
export { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer';
`;

/** GitHub publishes its reader for bundlers only: imports without endings, JSON without attributes. */
export async function loadGithubParser(): Promise<GithubParser> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-workflow-parser-'));
  try {
    const outfile = join(folder, 'parser.cjs');
    const stdin = { contents: entry, resolveDir: import.meta.dirname };
    await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
    const bundle = (await import(pathToFileURL(outfile).href)) as Bundle;
    const trace = new bundle.NoOperationTraceWriter();
    const problemsOf = ({ context }: Parsed) => context.errors.getErrors().map(({ message }) => message);
    return {
      async workflow(name, content) {
        const parsed = bundle.parseWorkflow({ name, content }, trace);
        const { errors = [] } = await bundle.convertWorkflowTemplate(parsed.context, parsed.value);
        return [...new Set([...problemsOf(parsed), ...errors.map(({ Message }) => Message)])];
      },
      action: (name, content) => problemsOf(bundle.parseAction({ name, content }, trace)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
