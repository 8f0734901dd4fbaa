import type { CatalogRef, Page, PageInput } from '#catalog/metastore'

/**
 * Which versions of a schema a new one is held to: https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html.
 * BACKWARD: the new one reads what was written with the last; FORWARD: the last reads what is written with the new one; FULL:
 * both. `_ALL` means every version from the checkpoint on. DISABLED: there are no new versions.
 */
export type Compatibility =
  | 'NONE'
  | 'DISABLED'
  | 'BACKWARD'
  | 'BACKWARD_ALL'
  | 'FORWARD'
  | 'FORWARD_ALL'
  | 'FULL'
  | 'FULL_ALL'

export type DataFormat = 'AVRO' | 'JSON' | 'PROTOBUF'

export interface RegistryRecord {
  readonly name: string
  readonly description: string | undefined
  readonly createTimeMs: number
  readonly updateTimeMs: number
}

export interface SchemaRef extends CatalogRef {
  readonly registry: string
  readonly schema: string
}

export interface SchemaRecord {
  readonly registry: string
  readonly name: string
  readonly format: DataFormat
  readonly compatibility: Compatibility
  readonly description: string | undefined
  /** The version from which the `_ALL` modes look back; it cannot be deleted. */
  readonly checkpoint: number
  readonly latest: number
  readonly next: number
  readonly createTimeMs: number
  readonly updateTimeMs: number
}

export interface VersionRecord {
  readonly id: string
  readonly registry: string
  readonly schema: string
  readonly format: DataFormat
  readonly number: number
  readonly definition: string
  /** FAILURE: it did not fit those before it. */
  readonly status: 'AVAILABLE' | 'FAILURE'
  readonly createTimeMs: number
}

export interface SchemaInput {
  readonly format: DataFormat
  readonly compatibility: Compatibility
  readonly description?: string
  readonly definition?: string
}

export type VersionChoice = number | 'latest'

export interface MetadataPair {
  readonly key: string
  readonly value: string
}

export interface MetadataRecord extends MetadataPair {
  readonly createTimeMs: number
}

/**
 * Schemas of records in flight, by registry, name and version. Errors: `RegistryNotFound`, `SchemaNotFound`,
 * `SchemaVersionNotFound`, `SchemaExists`, `InvalidSchema`, and `InvalidInput` of the catalog.
 */
export interface SchemaRegistry {
  createRegistry(ref: CatalogRef, name: string, description?: string): Promise<void>
  getRegistry(ref: CatalogRef, name: string): Promise<RegistryRecord>
  listRegistries(ref: CatalogRef, page: PageInput): Promise<Page<RegistryRecord>>
  updateRegistry(ref: CatalogRef, name: string, description: string): Promise<void>
  /** With its schemas. */
  deleteRegistry(ref: CatalogRef, name: string): Promise<void>

  /** A registry of the default name is made when it is first needed. */
  createSchema(
    ref: SchemaRef,
    input: SchemaInput,
  ): Promise<{ readonly schema: SchemaRecord; readonly version: VersionRecord | undefined }>
  getSchema(ref: SchemaRef): Promise<SchemaRecord>
  /** Those of one registry when it is named. */
  listSchemas(
    ref: CatalogRef & { readonly registry?: string },
    page: PageInput,
  ): Promise<Page<SchemaRecord>>
  updateSchema(
    ref: SchemaRef,
    change: {
      readonly compatibility?: Compatibility
      readonly checkpoint?: VersionChoice
      readonly description?: string
    },
  ): Promise<void>
  deleteSchema(ref: SchemaRef): Promise<void>

  /** What a definition that is none is refused with; undefined when it is one. */
  checkDefinition(format: DataFormat, definition: string): Promise<string | undefined>
  /** The version that has this definition, or a new one: of status FAILURE when it does not fit those before it. */
  register(ref: SchemaRef, definition: string): Promise<VersionRecord>
  getVersion(ref: SchemaRef, choice: VersionChoice): Promise<VersionRecord>
  getVersionById(ref: CatalogRef, id: string): Promise<VersionRecord>
  /** By what it means: white space and the order of keys do not count. */
  findVersion(ref: SchemaRef, definition: string): Promise<VersionRecord>
  listVersions(ref: SchemaRef, page: PageInput): Promise<Page<VersionRecord>>
  /** The numbers that could not be deleted, and why. */
  deleteVersions(
    ref: SchemaRef,
    numbers: readonly number[],
  ): Promise<readonly { readonly number: number; readonly reason: string }[]>

  putMetadata(versionId: string, pair: MetadataPair): Promise<void>
  removeMetadata(versionId: string, pair: MetadataPair): Promise<void>
  getMetadata(versionId: string): Promise<readonly MetadataRecord[]>
}
