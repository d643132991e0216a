/** What the contents gate tells to policies, name by name. */
export const contentsFacts = {
  format: 'The format that the image was recognised as; `raw` when as none.',
  statedVersion: 'The version that the image states; null when it states none.',
  hardwareIds: 'The hardware that the image says it is for.',
  counter: 'The anti-downgrade counter of the image; null when it has none.',
  sizeBytes: 'Bytes of the artifact.',
  slotBytes: 'Bytes of the slot that it has to fit; null when the fleet did not say.',
  layers: 'File systems, archives and other layers that were walked through.',
  files: 'Files in all layers.',
  entries: 'Names in all layers: files, folders, links, devices.',
  unpackedBytes: 'Bytes that came out of all layers together.',
  walkProblems: 'Parts that were not looked into, or only in part.',
  limitsReached: 'Such parts because of a limit on depth, count, size or compression.',
  encryptedParts: 'Such parts because they are encrypted.',
  hiddenShare: 'Share of the artifact, 0 to 1, in parts that were not looked into.',
  publishedAs: 'Versions under which the same digest was published before.',
  inventoryComplete: 'Whether the inventory names everything.',
} as const;
