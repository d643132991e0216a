import { parentPort, workerData } from 'node:worker_threads';
import { FettleError } from '@fettle/model';
import { loadCryptoki } from './load-cryptoki.ts';
import type { Answer, Order, Outcome } from './messages.ts';
import { LoginNeeded, OpenModule } from './open-module.ts';

// The thread that owns one PKCS#11 module: its calls block, so nothing else may run here.
const modulePath: string = workerData.modulePath;
const opened = openModule();
// Told with the first order; until then nobody listens.
opened.catch(() => undefined);

parentPort?.on('message', async ({ id, order }: { id: number; order: Order }) => {
  parentPort?.postMessage(await answerTo(id, order));
  if (order.act === 'stop') parentPort?.close();
});

async function answerTo(id: number, order: Order): Promise<Answer> {
  try {
    return { id, outcome: carryOut(await opened, order) };
  } catch (error) {
    return { id, problem: problemOf(error) };
  }
}

function carryOut(module: OpenModule, order: Order): Outcome {
  switch (order.act) {
    case 'login':
      module.login(order.token, order.pin);
      return {};
    case 'describe':
      return { bytes: module.describe(order.token, order.key).publicKey };
    case 'sign':
      return { bytes: module.sign(order.token, order.key, order.message) };
    case 'list':
      return { keys: module.list(order.token) };
    case 'generate':
      return { bytes: module.generate(order.token, order.wanted).publicKey };
    case 'stop':
      module.close();
      return {};
  }
}

async function openModule(): Promise<OpenModule> {
  try {
    return new OpenModule(await loadCryptoki(modulePath));
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : '';
    if (/pkcs11\.node|'pkcs11js'/.test(text)) {
      const message =
        'Expected the native part of pkcs11js, found it not built. With a C++ compiler: npm run build-pkcs11';
      throw new FettleError('wrong-state', message, { cause });
    }
    const message = `Expected a PKCS#11 module at ${modulePath}, could not load it. Correct module-path, or install it.`;
    throw new FettleError('not-found', message, { cause });
  }
}

// Only our own words cross the border: what a driver says may hold anything.
function problemOf(error: unknown): Answer['problem'] {
  if (error instanceof LoginNeeded) return { code: 'login-needed', message: error.message };
  if (error instanceof FettleError) return { code: error.code, message: error.message };
  return { code: 'internal', message: `The PKCS#11 module ${modulePath} failed in a way that PKCS#11 does not know.` };
}
