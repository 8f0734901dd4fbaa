import { defineErrors } from '#kit'

export const TableErrors = defineErrors('catalog/tables', {
  NotAnIcebergTable: {
    kind: 'notFound',
    remedy: 'The catalog has a table of this name in another format: read it through Glue or SQL.',
  },
  ViewNotFound: {
    kind: 'notFound',
    remedy: 'Check the name: there is no view, or it is of a table or of another kind of view.',
  },
  RequestKeyReused: {
    kind: 'invalid',
    remedy: 'Send each request with an Idempotency-Key of its own; only a retry has the same.',
  },
  TableExists: {
    kind: 'conflict',
    remedy: 'Use another name, or drop or rename the table that is there.',
  },
  PointerMoved: {
    kind: 'conflict',
    remedy: 'Nothing: the commit is repeated on the new state.',
  },
  InvalidMetadata: {
    kind: 'invalid',
    remedy: 'The message names what is wrong in the table metadata, the update or the request.',
  },
  MetadataUnreadable: {
    kind: 'invalid',
    remedy: 'Restore the file that the message names, or register an earlier metadata file.',
  },
  ManifestUnreadable: {
    kind: 'invalid',
    remedy: 'Restore the file that the message names, or roll the table back to another snapshot.',
  },
  UnsupportedFormat: {
    kind: 'unsupported',
    remedy:
      'The table uses a part of the format that docs/reference/services/iceberg-rest.md lists as not supported.',
  },
  LocationInvalid: {
    kind: 'invalid',
    remedy: 'Give the table or its namespace a location of the form s3://bucket/path.',
  },
  InvalidChange: {
    kind: 'invalid',
    remedy:
      'The message names the file, partition or value that does not fit the table: write it anew by the current metadata.',
  },
  CommitConflict: {
    kind: 'conflict',
    remedy:
      'Another commit changed rows that this one rests on. Read the table again and repeat the statement.',
  },
  CommitFailed: {
    kind: 'conflict',
    remedy: 'Somebody changed the table meanwhile. Load it again and repeat the change.',
  },
})
