import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { TextSink } from '../io.ts';

/** One step of long work. `say` shows how far it is; the returned text stays beside the title. */
export interface Step {
  readonly title: string;
  readonly run: (say: (text: string) => void) => Promise<string>;
}

/**
 * Runs steps one after another and shows each live; the first that throws ends the work.
 * Progress never goes to standard output: that belongs to the result.
 */
export async function runSteps(steps: readonly Step[], sink: TextSink): Promise<void> {
  if (sink.isTTY && isStream(sink)) return runLive(steps, sink);
  for (const step of steps) {
    // In a log only what takes long announces itself.
    const late = setTimeout(() => sink.write(`${step.title} …\n`), longMs);
    try {
      sink.write(`${step.title}: ${await step.run(() => {})}\n`);
    } finally {
      clearTimeout(late);
    }
  }
}

const longMs = 1_000;

async function runLive(steps: readonly Step[], stream: NodeJS.WriteStream): Promise<void> {
  const logger = new ListrLogger({ processOutput: new ProcessOutput(stream, stream) });
  const tasks = steps.map((step) => ({
    title: step.title,
    task: async (_: unknown, task: { title: string; output: string }): Promise<void> => {
      const said = await step.run((text) => {
        task.output = text;
      });
      task.title = `${step.title}: ${said}`;
    },
  }));
  // The error is shown by the caller, once, with the next thing to do.
  const rendererOptions = { logger, showErrorMessage: false, collapseErrors: true };
  await new Listr(tasks, { renderer: 'default', rendererOptions, registerSignalListeners: false }).run();
}

function isStream(sink: TextSink): sink is NodeJS.WriteStream {
  return 'fd' in sink;
}
