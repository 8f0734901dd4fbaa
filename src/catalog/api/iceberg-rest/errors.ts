import type { RestErrorMap } from '#protocol/iceberg-rest'

const badRequest = ['BadRequestException', 400] as const

/** Domain errors as the REST specification names them; other invalid input is a bad request too. */
export const errors: RestErrorMap = {
  DatabaseNotFound: ['NoSuchNamespaceException', 404],
  TableNotFound: ['NoSuchTableException', 404],
  NotAnIcebergTable: ['NoSuchTableException', 404],
  ViewNotFound: ['NoSuchViewException', 404],
  AlreadyExists: ['AlreadyExistsException', 409],
  TableExists: ['AlreadyExistsException', 409],
  DatabaseNotEmpty: ['NamespaceNotEmptyException', 409],
  CommitConflict: ['CommitFailedException', 409],
  CommitFailed: ['CommitFailedException', 409],
  // As https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header says.
  RequestKeyReused: ['UnprocessableEntityException', 422],
  UnsupportedFormat: ['UnsupportedOperationException', 406],
  LimitExceeded: badRequest,
  // Of the object store: a location that cannot be written, or a file that is not there.
  NoSuchBucket: badRequest,
  NoSuchKey: badRequest,
  DiskFull: ['ServiceUnavailableException', 503],
}
