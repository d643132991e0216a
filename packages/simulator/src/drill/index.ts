// The drill for whoever runs it in its own process: the bench.
export { runDrill } from './drill.ts';
export { type DrillOptions, usualOptions } from './drill-options.ts';
