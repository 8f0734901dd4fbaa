import { defineErrors } from '#kit'

export const MigrationErrors = defineErrors('processing/migration', {
  CannotMigrate: {
    kind: 'invalid',
    remedy:
      'The message says what does not fit: the source must be Parquet, and its partition keys the identity partition fields of the Iceberg table.',
  },
})
