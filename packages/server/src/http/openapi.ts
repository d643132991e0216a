import swagger from '@fastify/swagger';
import { problemShape, routes } from '@fettle/api';
import { native } from '@fettle/protocol';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';

/** An OpenAPI document, as far as we look into it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
}
export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema: object;
    description?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses?: Readonly<
    Record<string, { description?: string; content?: Readonly<Record<string, { schema: object }>> }>
  >;
  readonly security?: readonly object[];
}

const tags = [
  { name: 'access', description: 'Operators, machines and their tokens' },
  { name: 'people', description: 'Accounts of people, what they may sign, their passwords and keys' },
  { name: 'audit', description: 'Who did what' },
  { name: 'fleets', description: 'Fleets, release keys, groups and claim tokens' },
  { name: 'releases', description: 'Artifacts and signed releases' },
  { name: 'checks', description: 'What releases have to show: policies, checks by all gates, waivers, evidence' },
  { name: 'approvals', description: 'People who sign that a release was tested, or is released' },
  { name: 'vulnerabilities', description: 'Vulnerability data, and what of the field it concerns' },
  { name: 'rollouts', description: 'One release to one group, in phases' },
  { name: 'devices', description: 'Devices, their deployments, and why they get what they get' },
  {
    name: 'trust',
    description: 'Image repository and director: what stands, who signs, and what waits for signatures',
  },
  { name: 'native device protocol', description: 'What devices call; see docs/protocols/native.md' },
];

/** Gathers the OpenAPI 3.1 document from the routes that are registered after this call. */
export async function gatherOpenApi(app: FastifyInstance, version: string): Promise<() => OpenApiDocument> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fettle',
        version,
        description:
          'Management API and native device protocol. Every refusal is an RFC 9457 problem document with a stable `code`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags,
      components: {
        securitySchemes: {
          operatorToken: { type: 'http', scheme: 'bearer', description: 'Operator token, `fop_…`' },
          deviceToken: { type: 'http', scheme: 'bearer', description: 'Short-lived device token' },
        },
      },
    },
    hideUntagged: true,
  });
  let made: OpenApiDocument | undefined;
  return () => {
    made ??= complete(plain(app.swagger()) as OpenApiDocument);
    return made;
  };
}

// TypeBox marks its schemas with properties that are no JSON Schema; a round trip through JSON drops them.
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

function complete(document: OpenApiDocument): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [path, operations] of Object.entries(document.paths)) {
    paths[path] = {};
    for (const [method, operation] of Object.entries(operations)) {
      if (method !== 'head') paths[path][method] = withProblems(uploadBody(operation));
    }
  }
  for (const [path, operations] of Object.entries(deviceOperations())) paths[path] = operations;
  return { ...document, paths };
}

function withProblems(operation: Operation): Operation {
  const refusal = {
    description: 'Refused: an RFC 9457 problem document',
    content: { 'application/problem+json': { schema: plain(problemShape) as object } },
  };
  return { ...operation, responses: { ...operation.responses, '4XX': refusal, '5XX': refusal } };
}

// The router knows only JSON bodies; the upload takes bytes and says where they begin.
function uploadBody(operation: Operation): Operation {
  if (operation.operationId !== 'appendUpload') return operation;
  const offset = {
    name: 'upload-offset',
    in: 'header',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    description: 'Number of bytes that the server has already',
  };
  const bytes = { 'application/offset+octet-stream': { schema: { type: 'string', format: 'binary' } } };
  return {
    ...operation,
    parameters: [...(operation.parameters ?? []), offset],
    requestBody: { content: bytes },
    summary: routes.appendUpload.summary,
  };
}

const fileNamePattern = '^(?:timestamp|[1-9][0-9]{0,14}\\.(?:root|snapshot|targets))\\.json$';

function deviceOperations(): Record<string, Record<string, Operation>> {
  const { nativePaths } = native;
  const message = (operationId: string, summary: string, [request, response]: [TSchema, TSchema], isOpen = false) => ({
    post: withProblems({
      operationId,
      summary,
      tags: ['native device protocol'],
      ...(isOpen ? {} : { security: [{ deviceToken: [] }] }),
      requestBody: { content: { 'application/json': { schema: plain(request) as object } } },
      responses: {
        '200': { description: 'OK', content: { 'application/json': { schema: plain(response) as object } } },
      },
    }),
  });
  return {
    [nativePaths.enrol]: message('deviceEnrol', 'Enrol', [native.enrolRequestSchema, native.enrolResponseSchema], true),
    [nativePaths.challenge]: message(
      'deviceChallenge',
      'Ask for a challenge to sign',
      [native.challengeRequestSchema, native.challengeResponseSchema],
      true,
    ),
    [nativePaths.token]: message(
      'deviceToken',
      'Get a token for a signed challenge',
      [native.tokenRequestSchema, native.tokenResponseSchema],
      true,
    ),
    [nativePaths.checkIn]: message('deviceCheckIn', 'Check in', [
      native.checkInRequestSchema,
      native.checkInResponseSchema,
    ]),
    [nativePaths.reports]: message('deviceReports', 'Report progress', [
      native.reportsRequestSchema,
      native.reportsResponseSchema,
    ]),
    [nativePaths.time]: message('deviceTime', 'Have a nonce and the time signed', [
      native.timeRequestSchema,
      native.timeResponseSchema,
    ]),
    [`${nativePaths.director}/{name}`]: { get: directorOperation() },
    [`${nativePaths.artifacts}/{sha256}`]: { get: artifactOperation() },
  };
}

function directorOperation(): Operation {
  return withProblems({
    operationId: 'deviceDirector',
    summary: 'A file of the director for this device; see docs/protocols/repository.md',
    tags: ['native device protocol'],
    security: [{ deviceToken: [] }],
    parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string', pattern: fileNamePattern } }],
    responses: { '200': { description: 'The file', content: { 'application/json': { schema: { type: 'object' } } } } },
  });
}

function artifactOperation(): Operation {
  const bytes = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
  return withProblems({
    operationId: 'deviceArtifact',
    summary: 'Bytes of an artifact, whole or one range',
    tags: ['native device protocol'],
    security: [{ deviceToken: [] }],
    parameters: [
      { name: 'sha256', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
      { name: 'range', in: 'header', schema: { type: 'string' }, description: 'e.g. `bytes=1048576-`' },
      { name: 'if-range', in: 'header', schema: { type: 'string' }, description: 'the entity tag: `"SHA256"`' },
    ],
    responses: {
      '200': { description: 'The whole artifact', content: bytes },
      '206': { description: 'One range of it', content: bytes },
      '304': { description: 'Not modified' },
    },
  });
}
