import { failed } from '../../planning/failure.ts'

/** A property of Athena, and the one of Iceberg that means the same, with its value. */
type Known = (value: string, format: string) => Readonly<Record<string, string>>

const compressions: Readonly<Record<string, string>> = {
  GZIP: 'gzip',
  ZSTD: 'zstd',
  SNAPPY: 'snappy',
  NONE: 'uncompressed',
  UNCOMPRESSED: 'uncompressed',
}

/**
 * Athena's properties: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-table-properties.
 * Each is kept under its own name, for who shows the table, and under Iceberg's, for who works by it.
 */
const known: Readonly<Record<string, Known>> = {
  table_type: () => ({}),
  format: (value) => {
    if (value.toLowerCase() === 'parquet') return { 'write.format.default': 'parquet' }
    throw failed('NOT_SUPPORTED', `format ${value.toUpperCase()} is not supported in writing`)
  },
  write_compression: (value) => {
    const codec = compressions[value.toUpperCase()]
    if (codec) return { 'write.parquet.compression-codec': codec }
    throw failed('NOT_SUPPORTED', `compression ${value.toUpperCase()} of PARQUET is not supported`)
  },
  compression_level: (value) => ({
    'write.parquet.compression-level': whole('compression_level', value),
  }),
  write_target_data_file_size_bytes: (value) => ({
    'write.target-file-size-bytes': whole('write_target_data_file_size_bytes', value),
  }),
  optimize_rewrite_data_file_threshold: () => ({}),
  optimize_rewrite_delete_file_threshold: () => ({}),
  optimize_rewrite_min_data_file_size_bytes: () => ({}),
  optimize_rewrite_max_data_file_size_bytes: () => ({}),
  vacuum_min_snapshots_to_keep: (value) => ({
    'history.expire.min-snapshots-to-keep': whole('vacuum_min_snapshots_to_keep', value),
  }),
  vacuum_max_snapshot_age_seconds: (value) => ({
    'history.expire.max-snapshot-age-ms': `${whole('vacuum_max_snapshot_age_seconds', value)}000`,
  }),
  vacuum_max_metadata_files_to_keep: (value) => ({
    'write.metadata.previous-versions-max': whole('vacuum_max_metadata_files_to_keep', value),
  }),
}

/** Names of Iceberg's own and of this lake's, which Athena does not take. */
const own = /^(write|read|commit|history|schema|format-version|gc|comment|boathouse)(\.|$)/

/** What a table keeps of the properties that a statement gives. Errors: `INVALID_TABLE_PROPERTY`, `NOT_SUPPORTED`. */
export function icebergProperties(
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(known, name)) {
      Object.assign(kept, known[name]!(value, given['format'] ?? 'parquet'))
      if (name !== 'table_type') kept[name] = value
    } else if (own.test(name)) kept[name] = value
    else throw failed('INVALID_TABLE_PROPERTY', `Unsupported table property key: ${name}`)
  }
  return kept
}

/** The names that go with a property's own when it goes. */
export function withIcebergNames(names: readonly string[]): readonly string[] {
  return names.flatMap((name) =>
    Object.hasOwn(known, name) && name !== 'format' && name !== 'write_compression'
      ? [name, ...Object.keys(known[name]!('1', 'parquet'))]
      : name === 'write_compression'
        ? [name, 'write.parquet.compression-codec']
        : [name],
  )
}

function whole(name: string, value: string): string {
  if (/^\d{1,15}$/.test(value)) return value
  throw failed('INVALID_TABLE_PROPERTY', `Invalid value for table property ${name}: ${value}`)
}
