export { migrations } from './migrations.ts';
export {
  type OpenStore,
  openSqliteStore,
  type SqliteStoreOptions,
  type StoreLogger,
  type StoreStats,
} from './sqlite-store.ts';
