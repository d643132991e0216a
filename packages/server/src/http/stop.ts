import type { Server } from 'node:http';

/**
 * Stops a server gently: no new connections, idle ones closed, requests under way finished; what still runs when
 * the time is over is cut.
 */
export async function stopListener(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection turns idle only when its answer is out: look again and again.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
  server.closeIdleConnections();
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
