import { type Context, fileIn, jsonIn } from './context.ts';
import { openEnvelope, sha256 } from './signatures.ts';
import { followChain } from './tuf.ts';
import { at, listOf, parseJson, sameValue, textOf } from './values.ts';

const manifestFile = 'manifests/manifest.json';

/** The manifest is the one that everything else names, and devices had reason to believe it. */
export function checkRelease(context: Context): void {
  const { files, report, dossier } = context;
  report.rule('manifest', manifestFile, (refuse) => {
    const manifest = jsonIn(files, manifestFile);
    if (sha256(fileIn(files, manifestFile)) !== at(dossier, 'manifest'))
      refuse('it is not the manifest that dossier.json names');
    for (const name of ['fleet', 'version', 'counter'])
      if (at(manifest, name) !== at(dossier, name)) refuse(`${name} is another than in dossier.json`);
    const told = listOf(at(dossier, 'artifacts'));
    if (!sameValue(at(manifest, 'artifacts'), told))
      refuse('its artifacts are others than in dossier.json', 'dossier.json');
    return `${told.length} artifacts`;
  });
  if (at(dossier, 'way') === 'targets') checkTargets(context);
  else checkEnvelope(context);
}

function checkEnvelope({ files, report, pins, releaseKeys }: Context): void {
  if (pins.release.length === 0)
    report.lack('NO RELEASE KEY WAS PINNED: who may sign manifests is what the dossier says. Give --release-key.');
  const file = 'manifests/manifest.dsse.json';
  report.rule('manifest-signature', file, (refuse) => {
    const { payload, signedBy } = openEnvelope(
      fileIn(files, file),
      'application/vnd.fettle.manifest+json',
      releaseKeys,
    );
    if (!sameValue(parseJson(payload), jsonIn(files, manifestFile))) refuse('what is signed is not manifest.json');
    return `signed by ${signedBy.map(({ id }) => id.slice(0, 16)).join(', ')}`;
  });
}

function checkTargets({ files, report, pins: { root }, dossier }: Context): void {
  report.rule('tuf', 'metadata/', (refuse) => {
    const fleet = textOf(at(dossier, 'fleet'));
    const { firstRoot, targets } = followChain(files, fleet);
    if (root === undefined)
      report.lack(`NO ROOT WAS PINNED: the first root is believed as it is, SHA-256 ${firstRoot}. Give --root.`);
    else if (root !== firstRoot) refuse(`the first root is ${firstRoot}, expected ${root}`, 'metadata/1.root.json');
    const version = at(dossier, 'version');
    const own = [...targets.values()].filter((one) => JSON.stringify(one.custom).includes(JSON.stringify(version)));
    const artifacts = listOf(at(dossier, 'artifacts'));
    for (const one of artifacts) {
      if (!own.some(({ sha256: digest, length }) => digest === at(one, 'sha256') && length === at(one, 'sizeBytes'))) {
        refuse(`the targets of ${fleet} have no such file: ${textOf(at(one, 'sha256'))}`, manifestFile);
      }
    }
    return `${artifacts.length} artifacts are targets of ${fleet}`;
  });
}
