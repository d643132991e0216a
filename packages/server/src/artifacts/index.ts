export { type DiskArtifactsOptions, openDiskArtifacts } from './disk.ts';
export { type DiskFiles, diskFiles } from './disk-files.ts';
export { InspectWorker } from './inspect-worker.ts';
