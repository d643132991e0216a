import type { WalkedLayer } from '@fettle/images';
import type { OsRelease } from '../databases/os-release.ts';
import type { PackageRecord } from '../databases/package-record.ts';

/** A root file system inside the image: a layer, or a folder of one. */
export interface Root {
  readonly layer: number;
  readonly depth: number;
  /** Folder in the layer, with `/` at its end; empty for the layer's own root. */
  readonly prefix: string;
  osRelease: OsRelease | null;
  /** Licences by package, where they are files of their own. */
  readonly licences: Map<string, string>;
  readonly databases: { readonly place: string; readonly packages: readonly PackageRecord[] }[];
}

/** The roots of one image, told apart by layer and folder. */
export class Roots {
  readonly #roots = new Map<string, Root>();
  readonly #depths = new Map<number, number>();

  noteLayer(layer: WalkedLayer): void {
    const parent = layer.parent === null ? -1 : (this.#depths.get(layer.parent) ?? 0);
    this.#depths.set(layer.id, parent + 1);
  }

  at(layer: number, prefix: string): Root {
    const key = `${layer} ${prefix}`;
    const known = this.#roots.get(key);
    if (known) return known;
    const root: Root = {
      layer,
      prefix,
      depth: this.#depths.get(layer) ?? 0,
      osRelease: null,
      licences: new Map(),
      databases: [],
    };
    this.#roots.set(key, root);
    return root;
  }

  /** Outermost first, then in the order of the walk. */
  all(): Root[] {
    return [...this.#roots.values()].sort(
      (a, b) => a.depth - b.depth || a.layer - b.layer || a.prefix.length - b.prefix.length,
    );
  }
}
