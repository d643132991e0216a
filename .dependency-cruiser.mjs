import { cruiserConfig } from './scripts/check/floors.ts';

export default cruiserConfig;
