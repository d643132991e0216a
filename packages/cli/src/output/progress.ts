import type { Environment, TextSink } from '../io.ts';
import { formatDuration } from './format.ts';

/** Says on the side how far long work is. */
export interface Progress {
  readonly say: (text: string) => void;
  readonly end: () => void;
}

const liveEveryMs = 200;
const logEveryMs = 10_000;

/** On a terminal one line that changes and goes in the end; in a log a line every ten seconds, so that short work is silent. */
export function startProgress(sink: TextSink, env: Environment): Progress {
  const isLive = sink.isTTY === true && env.TERM !== 'dumb';
  const startedAt = performance.now();
  let told = '';
  const tell = () => {
    if (told === '') return;
    const line = `${told}, ${formatDuration(performance.now() - startedAt)}`;
    const room = Math.max(20, (sink.columns ?? 80) - 1);
    sink.write(isLive ? `\r\u001b[K${line.slice(0, room)}` : `${line}\n`);
  };
  const timer = setInterval(tell, isLive ? liveEveryMs : logEveryMs);
  return {
    say: (text) => {
      told = text;
    },
    end: () => {
      clearInterval(timer);
      if (isLive) sink.write('\r\u001b[K');
    },
  };
}
