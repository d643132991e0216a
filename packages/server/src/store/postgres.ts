// Apart from the rest: who runs on SQLite does not load the driver of PostgreSQL, which makes a start later.
export { type CopiedTable, type CopyProgress, copyDatabase } from './copy/copy-database.ts';
export { openPostgresStore, type PostgresStoreOptions } from './postgres-store.ts';
