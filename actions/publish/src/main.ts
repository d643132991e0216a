import { runAction } from './action.ts';
import { hostOf } from './host.ts';

const stop = new AbortController();
const onSignal = () => stop.abort();
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
const write = (text: string) => {
  process.stdout.write(text);
};
process.exitCode = await runAction(hostOf(process.env, { write, cwd: process.cwd(), signal: stop.signal }));
process.off('SIGINT', onSignal);
process.off('SIGTERM', onSignal);
