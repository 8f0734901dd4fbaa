import { stringifyBigJson } from '#kit'
import { TableErrors } from '../errors.ts'
import {
  asArray,
  asInteger,
  asObject,
  asText,
  asTextMap,
  compact,
  optional,
  parseDocument,
} from '../format/reading.ts'
import { parseSchema } from '../format/schema.ts'
import type { Schema, TextMap } from '../format/types.ts'

/** A view's records under the names that its metadata file gives them: https://iceberg.apache.org/view-spec/ */
export interface ViewRepresentation {
  readonly type: string
  readonly sql: string
  readonly dialect: string
}

export interface ViewVersion {
  readonly 'version-id': number
  readonly 'timestamp-ms': number
  readonly 'schema-id': number
  readonly summary: TextMap
  readonly representations: readonly ViewRepresentation[]
  readonly 'default-catalog'?: string
  readonly 'default-namespace': readonly string[]
}

export interface ViewMetadata {
  readonly 'view-uuid': string
  readonly 'format-version': 1
  readonly location: string
  readonly schemas: readonly Schema[]
  readonly 'current-version-id': number
  readonly versions: readonly ViewVersion[]
  readonly 'version-log': readonly {
    readonly 'timestamp-ms': number
    readonly 'version-id': number
  }[]
  readonly properties: TextMap
}

/** Errors: `InvalidMetadata`, `UnsupportedFormat`. */
export function parseViewMetadata(text: string): ViewMetadata {
  const object = parseDocument(text)
  const formatVersion = asInteger(object['format-version'], 'format-version')
  if (formatVersion !== 1) {
    throw TableErrors.UnsupportedFormat(`Cannot read unsupported view version ${formatVersion}`)
  }
  const metadata: ViewMetadata = {
    'view-uuid': asText(object['view-uuid'], 'view-uuid'),
    'format-version': 1,
    location: asText(object['location'], 'location'),
    schemas: asArray(object['schemas'], 'schemas').map((schema, at) =>
      parseSchema(schema, `schemas[${at}]`),
    ),
    'current-version-id': asInteger(object['current-version-id'], 'current-version-id'),
    versions: asArray(object['versions'], 'versions').map((version, at) =>
      parseViewVersion(version, `versions[${at}]`),
    ),
    'version-log': asArray(object['version-log'], 'version-log').map((entry, at) => {
      const path = `version-log[${at}]`
      const member = asObject(entry, path)
      return {
        'timestamp-ms': asInteger(member['timestamp-ms'], `${path}.timestamp-ms`),
        'version-id': asInteger(member['version-id'], `${path}.version-id`),
      }
    }),
    properties: optional(object['properties'], 'properties', asTextMap) ?? {},
  }
  if (!currentVersion(metadata)) {
    throw TableErrors.InvalidMetadata(
      `Cannot find current version ${metadata['current-version-id']} in view versions`,
    )
  }
  return metadata
}

export function formatViewMetadata(metadata: ViewMetadata): string {
  return stringifyBigJson(metadata)
}

export function currentVersion(metadata: ViewMetadata): ViewVersion | undefined {
  return metadata.versions.find(
    (version) => version['version-id'] === metadata['current-version-id'],
  )
}

/** Errors: `InvalidMetadata`, also for two representations of one dialect. */
export function parseViewVersion(value: unknown, what: string): ViewVersion {
  const object = asObject(value, what)
  const representations = asArray(object['representations'], `${what}.representations`).map(
    (member, at): ViewRepresentation => {
      const path = `${what}.representations[${at}]`
      const representation = asObject(member, path)
      return {
        type: asText(representation['type'], `${path}.type`),
        sql: asText(representation['sql'], `${path}.sql`),
        dialect: asText(representation['dialect'], `${path}.dialect`),
      }
    },
  )
  const dialects = new Set(representations.map(({ dialect }) => dialect.toLowerCase()))
  if (dialects.size < representations.length) {
    throw TableErrors.InvalidMetadata(
      'Invalid view version: cannot add multiple queries for one dialect',
    )
  }
  return compact<ViewVersion>({
    'version-id': asInteger(object['version-id'], `${what}.version-id`),
    'timestamp-ms': asInteger(object['timestamp-ms'], `${what}.timestamp-ms`),
    'schema-id': asInteger(object['schema-id'], `${what}.schema-id`),
    summary: optional(object['summary'], `${what}.summary`, asTextMap) ?? {},
    representations,
    'default-catalog': optional(object['default-catalog'], `${what}.default-catalog`, asText),
    'default-namespace': asArray(
      object['default-namespace'] ?? [],
      `${what}.default-namespace`,
    ).map((level) => asText(level, `${what}.default-namespace`)),
  })
}
