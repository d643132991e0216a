import { Ajv, type ValidateFunction } from 'ajv';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const whole = { type: 'integer' } as const;
const listOf = (items: object) => ({ type: 'array', items });
const texts = listOf(text);
const oneOf = (words: string) => ({ type: 'string', enum: words.split(' ') });

/** An object with these members and no others. */
function closed(properties: Readonly<Record<string, object>>, required: readonly string[] = []): object {
  return { type: 'object', properties, required, additionalProperties: false };
}

const algorithms =
  'SHA1 BLAKE3 SHA3-384 SHA256 SHA384 BLAKE2b-512 BLAKE2b-256 SHA3-512 MD2 ADLER32 MD4 SHA3-256 BLAKE2b-384 SHA512 MD6 MD5 SHA224';
const checksum = closed({ algorithm: oneOf(algorithms), checksumValue: text }, ['algorithm', 'checksumValue']);
const annotation = closed(
  { annotationDate: text, annotationType: oneOf('OTHER REVIEW'), annotator: text, comment: text },
  ['annotationDate', 'annotationType', 'annotator', 'comment'],
);
const externalRef = closed(
  {
    comment: text,
    // Tools write both forms; the specification's text has dashes, an older schema had underscores.
    referenceCategory: oneOf('OTHER PERSISTENT-ID PERSISTENT_ID SECURITY PACKAGE-MANAGER PACKAGE_MANAGER'),
    referenceLocator: text,
    referenceType: text,
  },
  ['referenceCategory', 'referenceLocator', 'referenceType'],
);
const purposes =
  'OTHER INSTALL ARCHIVE FIRMWARE APPLICATION FRAMEWORK LIBRARY CONTAINER SOURCE DEVICE FILE ' +
  // The schema of 2.3 has an underscore, the specification and the schema of 2.3.1 have a dash.
  'OPERATING_SYSTEM OPERATING-SYSTEM';

// §7 Package information.
const packageShape = closed(
  {
    SPDXID: text,
    name: text,
    versionInfo: text,
    packageFileName: text,
    supplier: text,
    originator: text,
    downloadLocation: text,
    filesAnalyzed: flag,
    packageVerificationCode: closed(
      { packageVerificationCodeExcludedFiles: texts, packageVerificationCodeValue: text },
      ['packageVerificationCodeValue'],
    ),
    checksums: listOf(checksum),
    homepage: text,
    sourceInfo: text,
    licenseConcluded: text,
    licenseInfoFromFiles: texts,
    licenseDeclared: text,
    licenseComments: text,
    copyrightText: text,
    summary: text,
    description: text,
    comment: text,
    externalRefs: listOf(externalRef),
    attributionTexts: texts,
    primaryPackagePurpose: oneOf(purposes),
    releaseDate: text,
    builtDate: text,
    validUntilDate: text,
    annotations: listOf(annotation),
    hasFiles: texts,
  },
  ['SPDXID', 'downloadLocation', 'name'],
);

const relationships =
  'VARIANT_OF COPY_OF PATCH_FOR TEST_DEPENDENCY_OF CONTAINED_BY DATA_FILE_OF OPTIONAL_COMPONENT_OF ANCESTOR_OF GENERATES ' +
  'CONTAINS OPTIONAL_DEPENDENCY_OF FILE_ADDED REQUIREMENT_DESCRIPTION_FOR DEV_DEPENDENCY_OF DEPENDENCY_OF ' +
  'BUILD_DEPENDENCY_OF DESCRIBES PREREQUISITE_FOR HAS_PREREQUISITE PROVIDED_DEPENDENCY_OF DYNAMIC_LINK DESCRIBED_BY ' +
  'METAFILE_OF DEPENDENCY_MANIFEST_OF PATCH_APPLIED RUNTIME_DEPENDENCY_OF TEST_OF TEST_TOOL_OF DEPENDS_ON ' +
  'SPECIFICATION_FOR FILE_MODIFIED DISTRIBUTION_ARTIFACT AMENDS DOCUMENTATION_OF GENERATED_FROM STATIC_LINK OTHER ' +
  'BUILD_TOOL_OF TEST_CASE_OF PACKAGE_OF DESCENDANT_OF FILE_DELETED EXPANDED_FROM_ARCHIVE DEV_TOOL_OF EXAMPLE_OF';
// §11 Relationships.
const relationship = closed(
  { spdxElementId: text, relatedSpdxElement: text, relationshipType: oneOf(relationships), comment: text },
  ['spdxElementId', 'relatedSpdxElement', 'relationshipType'],
);

// §10 Other licensing information.
const crossRef = closed(
  { isLive: flag, isValid: flag, isWayBackLink: flag, match: text, order: whole, timestamp: text, url: text },
  ['url'],
);
const extractedLicence = closed(
  { comment: text, crossRefs: listOf(crossRef), extractedText: text, licenseId: text, name: text, seeAlsos: texts },
  ['extractedText', 'licenseId'],
);

// §6 Document creation information. Files and snippets are not looked into: nothing of them is taken in.
const documentShape = closed(
  {
    $schema: text,
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: text,
    name: text,
    documentNamespace: text,
    comment: text,
    creationInfo: closed(
      { comment: text, created: text, creators: { ...texts, minItems: 1 }, licenseListVersion: text },
      ['created', 'creators'],
    ),
    externalDocumentRefs: listOf(
      closed({ checksum, externalDocumentId: text, spdxDocument: text }, [
        'checksum',
        'externalDocumentId',
        'spdxDocument',
      ]),
    ),
    hasExtractedLicensingInfos: listOf(extractedLicence),
    annotations: listOf(annotation),
    revieweds: listOf(closed({ comment: text, reviewDate: text, reviewer: text }, ['reviewDate'])),
    documentDescribes: texts,
    packages: listOf(packageShape),
    files: listOf({ type: 'object', required: ['SPDXID', 'checksums', 'fileName'] }),
    snippets: listOf({ type: 'object', required: ['SPDXID', 'ranges', 'snippetFromFile'] }),
    relationships: listOf(relationship),
  },
  ['SPDXID', 'creationInfo', 'dataLicense', 'name', 'spdxVersion', 'documentNamespace'],
);

let compiled: ValidateFunction | undefined;

/**
 * The shape of SPDX 2.3 and 2.3.1 documents in JSON, as the specification and its JSON schema have it; compiled once.
 * @source SPDX 2.3 §6-§11, annex of the JSON serialisation
 */
export function spdxSchema(): ValidateFunction {
  compiled ??= new Ajv({ strict: false }).compile(documentShape);
  return compiled;
}
