import { defineErrors } from '#kit'

export const IcebergErrors = defineErrors('processing/iceberg', {
  DataFileUnreadable: {
    kind: 'invalid',
    remedy:
      'Restore the file that the message names, or take it out of the table (it is not as the table says).',
  },
  WriteUnsupported: {
    kind: 'unsupported',
    remedy:
      'Write the table with Spark or PyIceberg, or change the type, partitioning or property that the message names.',
  },
  DataFileUnsupported: {
    kind: 'unsupported',
    remedy:
      'Rewrite the file that the message names as Parquet: Avro, ORC and Puffin are read besides.',
  },
})
