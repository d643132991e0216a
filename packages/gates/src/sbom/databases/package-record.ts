/** How a package database writes names, versions and needs. */
export type PackageKind = 'deb' | 'opkg' | 'apk' | 'rpm';

/** One installed package, as its database tells of it. */
export interface PackageRecord {
  readonly kind: PackageKind;
  readonly name: string;
  /** As the ecosystem writes it, with epoch and revision. */
  readonly version: string;
  readonly architecture: string;
  /** The source package; always set, the same as the package where the database says nothing else. */
  readonly source: { readonly name: string; readonly version: string };
  readonly supplier?: string | undefined;
  readonly licence?: string | undefined;
  /** What it needs: names of packages or of what packages provide. */
  readonly needs: readonly string[];
  readonly provides: readonly string[];
  /** By algorithm, hex: of the package as it was fetched. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** What was read out of one database. */
export interface DatabaseContent {
  readonly packages: readonly PackageRecord[];
  /** Paths of installed files, from the root, as the database writes them; empty where lists are files of their own. */
  readonly paths: Iterable<string>;
  /** What could not be read: sentences. */
  readonly problems: readonly string[];
}
