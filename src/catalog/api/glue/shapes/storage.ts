import type {
  Column as GlueColumn,
  StorageDescriptor as GlueStorageDescriptor,
} from '@aws-sdk/client-glue'
import type { Column, StorageDescriptor } from '#catalog/metastore'
import { compact } from './compact.ts'

export function fromColumns(columns: readonly GlueColumn[]): Column[] {
  return columns.map((column) =>
    compact({
      name: column.Name!,
      type: column.Type,
      comment: column.Comment,
      parameters: column.Parameters,
    }),
  )
}

export function toColumns(columns: readonly Column[]): GlueColumn[] {
  return columns.map((column) =>
    compact({
      Name: column.name,
      Type: column.type,
      Comment: column.comment,
      Parameters: column.parameters,
    }),
  )
}

export function fromStorage(input: GlueStorageDescriptor): StorageDescriptor {
  const serde = input.SerdeInfo
  return compact({
    columns: input.Columns && fromColumns(input.Columns),
    location: input.Location,
    additionalLocations: input.AdditionalLocations,
    inputFormat: input.InputFormat,
    outputFormat: input.OutputFormat,
    compressed: input.Compressed,
    numberOfBuckets: input.NumberOfBuckets,
    serde:
      serde &&
      compact({
        name: serde.Name,
        serializationLibrary: serde.SerializationLibrary,
        parameters: serde.Parameters,
      }),
    bucketColumns: input.BucketColumns,
    sortColumns: input.SortColumns?.map((order) => ({
      column: order.Column!,
      sortOrder: order.SortOrder!,
    })),
    parameters: input.Parameters,
    skewedInfo: input.SkewedInfo as Readonly<Record<string, unknown>> | undefined,
    storedAsSubDirectories: input.StoredAsSubDirectories,
    schemaReference: input.SchemaReference as Readonly<Record<string, unknown>> | undefined,
  })
}

/** AWS fills in lists and flags that were not given. */
export function toStorage(
  storage: StorageDescriptor,
  options: { readonly excludeColumns?: boolean } = {},
): GlueStorageDescriptor {
  const { serde } = storage
  return compact<GlueStorageDescriptor>({
    Columns: options.excludeColumns ? undefined : toColumns(storage.columns ?? []),
    Location: storage.location,
    AdditionalLocations: storage.additionalLocations?.slice(),
    InputFormat: storage.inputFormat,
    OutputFormat: storage.outputFormat,
    Compressed: storage.compressed ?? false,
    NumberOfBuckets: storage.numberOfBuckets ?? 0,
    SerdeInfo:
      serde &&
      compact({
        Name: serde.name,
        SerializationLibrary: serde.serializationLibrary,
        Parameters: serde.parameters,
      }),
    BucketColumns: storage.bucketColumns?.slice() ?? [],
    SortColumns:
      storage.sortColumns?.map((order) => ({ Column: order.column, SortOrder: order.sortOrder })) ??
      [],
    Parameters: storage.parameters,
    SkewedInfo: storage.skewedInfo,
    StoredAsSubDirectories: storage.storedAsSubDirectories ?? false,
    SchemaReference: storage.schemaReference,
  })
}
