import type { Open, Opened } from './store-fixtures.ts';

/** Runs a test with a fresh store and closes it whatever happens. */
export async function withStore(open: Open, test: (opened: Opened) => Promise<void>): Promise<void> {
  const opened = await open();
  try {
    await test(opened);
  } finally {
    await opened.close();
  }
}
