import type { Upload } from '@fettle/control';
import { type Artifact, type Digest, type Instant, limits, type TenantId } from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { demandChanged } from './paging.ts';
import { query } from './query.ts';
import type { ArtifactRow, UploadRow } from './schema.ts';

const uploadColumns = ['tenant', 'id', 'digest', 'size_bytes', 'received_bytes', 'created_at'] as const;
const artifactColumns = ['tenant', 'digest', 'size_bytes', 'created_at'] as const;

const oneArtifact = query<Pick<ArtifactRow, 'tenant' | 'digest'>, Pick<ArtifactRow, 'digest' | 'size_bytes'>>(
  (db, slot) =>
    db
      .selectFrom('artifacts')
      .select(['digest', 'size_bytes'])
      .where('tenant', '=', slot('tenant'))
      .where('digest', '=', slot('digest')),
);
const insertArtifact = query<ArtifactRow>((db, slot) =>
  db
    .insertInto('artifacts')
    .values(slot.all(artifactColumns))
    .onConflict((conflict) => conflict.columns(['tenant', 'digest']).doNothing()),
);
const oneUpload = query<Pick<UploadRow, 'tenant' | 'id'>, UploadRow>((db, slot) =>
  db.selectFrom('uploads').select(uploadColumns).where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);
const uploadsOfTenant = query<Pick<UploadRow, 'tenant'>, UploadRow>((db, slot) =>
  db
    .selectFrom('uploads')
    .select(uploadColumns)
    .where('tenant', '=', slot('tenant'))
    .orderBy('id')
    .limit(limits.openUploads * 2),
);
const insertUpload = query<UploadRow>((db, slot) => db.insertInto('uploads').values(slot.all(uploadColumns)));
const updateUpload = query<UploadRow>((db, slot) =>
  db
    .updateTable('uploads')
    .set(slot.all(['digest', 'size_bytes', 'received_bytes', 'created_at']))
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);
const deleteUpload = query<Pick<UploadRow, 'tenant' | 'id'>>((db, slot) =>
  db.deleteFrom('uploads').where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);

export const uploadReads = {
  async artifact({ connection, tenant }: ReadPlace, digest: Digest): Promise<Artifact | undefined> {
    const row = await oneArtifact.first(connection, { tenant, digest });
    return row && { digest: row.digest, sizeBytes: row.size_bytes };
  },
  async upload({ connection, tenant }: ReadPlace, id: string): Promise<Upload | undefined> {
    const row = await oneUpload.first(connection, { tenant, id });
    return row && toUpload(row);
  },
  async openUploads({ connection, tenant }: ReadPlace): Promise<readonly Upload[]> {
    return (await uploadsOfTenant.all(connection, { tenant })).map(toUpload);
  },
};

export const uploadWrites = {
  /** The same artifact may come again: its digest says that nothing changed. */
  async insertArtifact({ connection, tenant }: WritePlace, artifact: Artifact, at: Instant): Promise<void> {
    const { digest, sizeBytes: size_bytes } = artifact;
    await insertArtifact.run(connection, { tenant, digest, size_bytes, created_at: at });
  },
  async insertUpload({ connection, tenant }: WritePlace, upload: Upload): Promise<void> {
    await insertUpload.run(connection, fromUpload(tenant, upload));
  },
  async updateUpload({ connection, tenant }: WritePlace, upload: Upload): Promise<void> {
    demandChanged(await updateUpload.run(connection, fromUpload(tenant, upload)), 'upload', upload.id);
  },
  async deleteUpload({ connection, tenant }: WritePlace, id: string): Promise<void> {
    await deleteUpload.run(connection, { tenant, id });
  },
};

function fromUpload(tenant: TenantId, upload: Upload): UploadRow {
  return {
    tenant,
    id: upload.id,
    digest: upload.digest,
    size_bytes: upload.sizeBytes,
    received_bytes: upload.receivedBytes,
    created_at: upload.createdAt,
  };
}

function toUpload(row: UploadRow): Upload {
  return {
    id: row.id,
    digest: row.digest,
    sizeBytes: row.size_bytes,
    receivedBytes: row.received_bytes,
    createdAt: row.created_at,
  };
}
