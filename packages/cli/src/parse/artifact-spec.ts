import { type ComponentName, componentName, type DeviceType, deviceType, FettleError } from '@fettle/model';

/** One file of a release and what it is for. */
export interface ArtifactSpec {
  readonly file: string;
  readonly deviceType: DeviceType;
  readonly component: ComponentName;
}

/**
 * Reads the files of `release publish`: `FILE` with `--type` and `--component`, or `FILE:TYPE:COMPONENT`.
 * A file without its own type goes to every `--type`.
 */
export function parseArtifactSpecs(
  files: readonly string[],
  defaults: { readonly types: readonly string[]; readonly component: string | undefined },
): readonly ArtifactSpec[] {
  const specs = files.flatMap((text) => parseOne(text, defaults));
  const places = new Set<string>();
  for (const { deviceType: type, component } of specs) {
    const place = `${type}/${component}`;
    if (places.has(place)) {
      const message = `Two files are for device type ${type}, component ${component}: expected one file for each place.`;
      throw new FettleError('invalid-input', message);
    }
    places.add(place);
  }
  return specs;
}

function parseOne(text: string, defaults: { types: readonly string[]; component: string | undefined }): ArtifactSpec[] {
  const parts = text.split(':');
  if (parts.length >= 3) {
    const component = parts.pop() ?? '';
    const type = parts.pop() ?? '';
    return [{ file: parts.join(':'), deviceType: deviceType(type), component: componentName(component) }];
  }
  const { types, component } = defaults;
  if (types.length === 0 || component === undefined) {
    const message = `${text}: expected what the file is for: --type and --component, or FILE:TYPE:COMPONENT.`;
    throw new FettleError('invalid-input', message);
  }
  return types.map((type) => ({ file: text, deviceType: deviceType(type), component: componentName(component) }));
}
