import type { SoftwareComponent } from '../component.ts';

// What upstream calls itself and what distributions call it.
const aliases: Readonly<Record<string, readonly string[]>> = {
  hostapd: ['wpa'],
  wpa_supplicant: ['wpa', 'wpa-supplicant', 'wpasupplicant'],
  glibc: ['libc6'],
  linux: ['linux-signed-amd64', 'linux-signed-arm64', 'kernel', 'kernel-core'],
  curl: ['libcurl'],
  'u-boot': ['uboot'],
};

/** Packages by the names and upstream versions that others know them by. */
export class PackageNames {
  readonly #byName = new Map<string, SoftwareComponent[]>();

  add(component: SoftwareComponent): void {
    const names = new Set([component.name, component.source?.name ?? component.name].map((name) => name.toLowerCase()));
    for (const name of names) {
      const known = this.#byName.get(name);
      if (known) known.push(component);
      else this.#byName.set(name, [component]);
    }
  }

  /** The package that is the same software in the same upstream version; undefined when there is none. */
  find({ name, version }: Pick<SoftwareComponent, 'name' | 'version'>): SoftwareComponent | undefined {
    const lower = name.toLowerCase();
    for (const known of [lower, ...(aliases[lower] ?? [])]) {
      const found = this.#byName.get(known)?.find((component) => isSameVersion(component, version));
      if (found) return found;
    }
    // Kernels have the version that they call themselves in the name of the package.
    return lower === 'linux' ? this.#byName.get(`linux-image-${version}`.toLowerCase())?.[0] : undefined;
  }
}

function isSameVersion(component: SoftwareComponent, version: string): boolean {
  if (version === '') return true;
  const written = [component.version, component.source?.version ?? component.version];
  return written.some((full) => full === version || upstreamOf(full) === upstreamOf(version));
}

/** `1:2.38.1-5+deb12u1` is upstream's `2.38.1`; `1.36.1-r0` is `1.36.1`. */
export function upstreamOf(version: string): string {
  const withoutEpoch = version.replace(/^\d+:/, '').replace(/^v(?=\d)/, '');
  const dash = withoutEpoch.lastIndexOf('-');
  return (dash > 0 ? withoutEpoch.slice(0, dash) : withoutEpoch).replace(/[+~].*$/, '');
}
