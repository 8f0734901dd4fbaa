/**
 * Where each package, and each built-in that reaches outside the process, may be imported: path
 * prefixes under `src/`. A package that is not named here may not be used; name it with its place.
 */
export const addresses: Readonly<Record<string, readonly string[]>> = {
  kysely: [
    'platform/database/',
    'platform/events/',
    'governance/',
    'storage/',
    'catalog/',
    'processing/',
    'ingestion/',
    'consumption/',
  ],
  pino: ['kit/log.ts'],
  'hash-wasm': ['storage/objects/', 'protocol/aws/'],
  '@smithy/core': ['protocol/'],
  '@smithy/types': ['protocol/'],
  '@aws-sdk/core': ['protocol/'],
  '@duckdb/node-api': ['processing/engine/duckdb/'],
  // What the library has no call of its own for: the memory of chunks, as it is.
  '@duckdb/node-bindings': ['processing/engine/duckdb/csv/'],
  koffi: ['kit/system-calls.ts'],
  jsts: ['processing/engine/duckdb/'],
  'snowball-stemmers': ['processing/engine/duckdb/'],
  yauzl: ['processing/functions/code/'],
  'jq-wasm': ['ingestion/delivery/transforms/jq/'],
  avsc: ['storage/formats/avro/'],
  ajv: ['catalog/schemas/'],
  'ajv-draft-04': ['catalog/schemas/'],
  protobufjs: ['catalog/schemas/'],
  'seek-bzip': ['storage/formats/compression/'],
  saxes: ['storage/formats/xml/'],
  'oniguruma-to-es': ['storage/formats/lines/'],
  'node:sqlite': ['platform/database/sqlite/', 'platform/folder/'],
  '@smithy/signature-v4': ['cli/'],
  'node:child_process': ['processing/engine/', 'processing/functions/runtime/', 'cli/'],
  'node:http': ['protocol/http/', 'processing/functions/runtime/'],
  'node:http2': ['protocol/http/'],
  'node:https': ['protocol/http/'],
  'node:net': [
    'protocol/http/',
    'protocol/pgwire/',
    'processing/engine/',
    'processing/functions/runtime/',
    'governance/identity/policy/',
  ],
  'node:tls': ['protocol/http/', 'protocol/pgwire/'],
}

/** The SDK's clients hold the schemas of the wire: only the fronts know them. */
export const sdkClient = /^@aws-sdk\/client-/

/** Where else they are used, as programs use them: to reach an S3 that holds our blobs, and a server from its command line. */
export const sdkUsers: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-s3': ['storage/objects/s3/', 'cli/'],
  // The command line speaks to a server as any client does.
  '@aws-sdk/client-athena': ['cli/'],
}

/** What must not be loaded before it is needed: start-up time and idle memory depend on it. */
export const heavy = [sdkClient, /^@duckdb\//]
