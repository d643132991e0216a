import { Ajv, type ValidateFunction } from 'ajv';

// What SPDX's own JSON schema demands of a document, in versions 2.3 and 2.3.1 together: what either of them refuses is
// refused. Written by itself, so that it judges what is written by another shape than the one that intake reads by.
const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;
const id = { type: 'string', pattern: '^SPDXRef-[a-zA-Z0-9.-]+$' } as const;
const hex = { type: 'string', pattern: '^[0-9a-fA-F]+$' } as const;
const day = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
const date = { type: 'string', pattern: `^${day}T(([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d|23:59:60)Z$` } as const;

type Members = Readonly<Record<string, object>>;
const list = (items: object, minItems = 0) => ({ type: 'array', items, minItems });
const word = (words: string) => ({ type: 'string', enum: words.split(' ') });
const texts = list(text);
const only = (required: Members, optional: Members = {}) => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
});

const algorithm = word(
  'ADLER32 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3 MD2 MD4 MD5 MD6 SHA1 SHA224 SHA256 SHA3-256 SHA3-384 SHA3-512 SHA384 SHA512',
);
const checksum = only({ algorithm, checksumValue: hex });
const annotation = only({
  annotationDate: date,
  annotationType: word('OTHER REVIEW'),
  annotator: text,
  comment: text,
});

/** Members that packages, files and snippets share. */
const described: Members = {
  annotations: list(annotation),
  attributionTexts: texts,
  comment: text,
  copyrightText: text,
  licenseComments: text,
  licenseConcluded: text,
};

const externalRef = only(
  {
    referenceCategory: word('OTHER PERSISTENT-ID SECURITY PACKAGE-MANAGER'),
    referenceLocator: text,
    referenceType: text,
  },
  { comment: text },
);

const packageShape = only(
  { SPDXID: id, downloadLocation: text, name: text },
  {
    ...described,
    builtDate: date,
    checksums: list(checksum),
    description: text,
    externalRefs: list(externalRef),
    filesAnalyzed: flag,
    hasFiles: texts,
    homepage: text,
    licenseDeclared: text,
    licenseInfoFromFiles: texts,
    originator: text,
    packageFileName: text,
    packageVerificationCode: only(
      { packageVerificationCodeValue: text },
      { packageVerificationCodeExcludedFiles: texts },
    ),
    // An operating system has a dash in the one version and an underscore in the other.
    primaryPackagePurpose: word(
      'OTHER INSTALL ARCHIVE FIRMWARE APPLICATION FRAMEWORK LIBRARY CONTAINER SOURCE DEVICE FILE',
    ),
    releaseDate: date,
    sourceInfo: text,
    summary: text,
    supplier: text,
    validUntilDate: date,
    versionInfo: text,
  },
);

const fileShape = only(
  { SPDXID: id, checksums: list(checksum, 1), fileName: text },
  {
    ...described,
    artifactOfs: list({ type: 'object' }),
    fileContributors: texts,
    fileDependencies: texts,
    fileTypes: list(word('OTHER DOCUMENTATION IMAGE VIDEO ARCHIVE SPDX APPLICATION SOURCE BINARY TEXT AUDIO')),
    licenseInfoInFiles: texts,
    noticeText: text,
  },
);

const pointer = only({ reference: text }, { lineNumber: whole, offset: whole });
const snippetShape = only(
  { SPDXID: id, ranges: list(only({ endPointer: pointer, startPointer: pointer }), 1), snippetFromFile: text },
  { ...described, licenseInfoInSnippets: texts, name: text },
);

const crossRef = only(
  { url: text },
  { isLive: flag, isValid: flag, isWayBackLink: flag, match: text, order: whole, timestamp: date },
);
const licenceShape = only(
  { extractedText: text, licenseId: text },
  { comment: text, crossRefs: list(crossRef), name: text, seeAlsos: texts },
);

const relations =
  'AMENDS ANCESTOR_OF BUILD_DEPENDENCY_OF BUILD_TOOL_OF CONTAINED_BY CONTAINS COPY_OF DATA_FILE_OF DEPENDENCY_MANIFEST_OF ' +
  'DEPENDENCY_OF DEPENDS_ON DESCENDANT_OF DESCRIBED_BY DESCRIBES DEV_DEPENDENCY_OF DEV_TOOL_OF DISTRIBUTION_ARTIFACT ' +
  'DOCUMENTATION_OF DYNAMIC_LINK EXAMPLE_OF EXPANDED_FROM_ARCHIVE FILE_ADDED FILE_DELETED FILE_MODIFIED GENERATED_FROM ' +
  'GENERATES HAS_PREREQUISITE METAFILE_OF OPTIONAL_COMPONENT_OF OPTIONAL_DEPENDENCY_OF OTHER PACKAGE_OF PATCH_APPLIED ' +
  'PATCH_FOR PREREQUISITE_FOR PROVIDED_DEPENDENCY_OF REQUIREMENT_DESCRIPTION_FOR RUNTIME_DEPENDENCY_OF SPECIFICATION_FOR ' +
  'STATIC_LINK TEST_CASE_OF TEST_DEPENDENCY_OF TEST_OF TEST_TOOL_OF VARIANT_OF';

const documentShape = only(
  {
    SPDXID: id,
    creationInfo: only({ created: date, creators: list(text, 1) }, { comment: text, licenseListVersion: text }),
    dataLicense: text,
    documentNamespace: text,
    name: text,
    spdxVersion: { const: 'SPDX-2.3' },
  },
  {
    annotations: list(annotation),
    comment: text,
    documentDescribes: texts,
    externalDocumentRefs: list(only({ checksum, externalDocumentId: text, spdxDocument: text })),
    files: list(fileShape),
    hasExtractedLicensingInfos: list(licenceShape),
    packages: list(packageShape),
    relationships: list(
      only({ spdxElementId: text, relatedSpdxElement: text, relationshipType: word(relations) }, { comment: text }),
    ),
    revieweds: list(only({ reviewDate: date }, { comment: text, reviewer: text })),
    snippets: list(snippetShape),
  },
);

const judge: ValidateFunction = new Ajv({ strict: true, allErrors: true }).compile(documentShape);

/** What SPDX's schema at its strictest has against a document, and references to nothing; empty for nothing. */
export function spdxProblems(document: string): readonly string[] {
  const value = JSON.parse(document);
  judge(value);
  const wrong = (judge.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const elements: readonly { readonly SPDXID: string }[] = [value, ...(value.packages ?? [])];
  const ids = new Set(elements.map(({ SPDXID }) => SPDXID));
  if (ids.size !== elements.length) wrong.push('two elements have one SPDXID');
  for (const { spdxElementId, relatedSpdxElement } of value.relationships ?? []) {
    for (const one of [spdxElementId, relatedSpdxElement]) if (!ids.has(one)) wrong.push(`there is no ${one}`);
  }
  return wrong.slice(0, 20);
}
