export type { ChangeNotice } from './change-notes.ts';
export type { ChangeListener, Company } from './company.ts';
export type { Leadership } from './duties.ts';
export { migrations } from './migrations.ts';
export type { OpenStore, StoreLogger, StoreOptions, StoreStats } from './open-store.ts';
export { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
