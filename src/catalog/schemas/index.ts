export { createSchemaRegistry, type SchemaRegistryOptions } from './create-schema-registry.ts'
export { defaultRegistry } from './definitions.ts'
export { SchemaErrors } from './errors.ts'
export { jsonPatch, type PatchStep } from './json-patch.ts'
export { migrations } from './migrations.ts'
export type {
  Compatibility,
  DataFormat,
  MetadataPair,
  MetadataRecord,
  RegistryRecord,
  SchemaRecord,
  SchemaRef,
  SchemaRegistry,
  VersionChoice,
  VersionRecord,
} from './schema-registry.ts'
