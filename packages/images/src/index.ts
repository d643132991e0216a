export { type EnvArea, type EnvConfig, parseEnvConfig } from './uboot-env/env-config.ts';
export {
  type EnvForm,
  encodeEnvironment,
  type ParsedEnvironment,
  parseEnvironment,
} from './uboot-env/environment.ts';
export { chooseCopy, nextFlag } from './uboot-env/redundancy.ts';
