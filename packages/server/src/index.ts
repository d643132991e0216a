export { configOf, type LoadedConfig, loadConfig } from './config.ts';
export type { ConfigName, ServerConfig } from './config-keys.ts';
export { createServer, type RunningServer } from './create-server.ts';
