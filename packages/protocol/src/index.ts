export * as native from './native/index.ts';
