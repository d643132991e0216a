export { type DiskArtifacts, type DiskArtifactsOptions, type OpenArtifact, openDiskArtifacts } from './disk.ts';
export { type DiskFiles, diskFiles } from './disk-files.ts';
