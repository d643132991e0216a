export { type DiskArtifactsOptions, openDiskArtifacts } from './disk.ts';
export { type DiskFiles, diskFiles } from './disk-files.ts';
export { type OpenSource, openDiskSource } from './disk-source.ts';
