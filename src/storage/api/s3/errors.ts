import type { LakeError } from '#kit'
import { AwsError, type AwsErrorShape, type ErrorMap } from '#protocol/aws'

/** Codes and statuses: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
export const errors: ErrorMap = {
  AccessDenied: as('AccessDenied', 403),
  AnnotationLimitExceeded: as('AnnotationLimitExceeded', 400),
  AnnotationNameTooLong: as('AnnotationNameTooLong', 400),
  BadDigest: as('BadDigest', 400),
  BucketAlreadyExists: as('BucketAlreadyExists', 409),
  BucketAlreadyOwnedByYou: as('BucketAlreadyOwnedByYou', 409),
  BucketNotEmpty: as('BucketNotEmpty', 409),
  // AWS has no such state; the status is the one of RFC 4918, and no SDK retries it.
  DiskFull: as('InsufficientStorage', 507),
  EntityTooLarge: as('EntityTooLarge', 400),
  EntityTooSmall: as('EntityTooSmall', 400),
  IncompleteBody: as('IncompleteBody', 400),
  InvalidAnnotationName: as('InvalidAnnotationName', 400),
  InvalidArgument: as('InvalidArgument', 400),
  InvalidBucketName: as('InvalidBucketName', 400),
  InvalidBucketState: as('InvalidBucketState', 409),
  InvalidDigest: as('InvalidDigest', 400),
  InvalidObjectState: as('InvalidObjectState', 403),
  InvalidPart: as('InvalidPart', 400),
  InvalidPartNumber: as('InvalidPartNumber', 416),
  InvalidPartOrder: as('InvalidPartOrder', 400),
  InvalidRange: (error) => ({
    ...as('InvalidRange', 416)(error),
    headers: { 'content-range': `bytes */${String(error.details['ActualObjectSize'])}` },
  }),
  InvalidRequest: as('InvalidRequest', 400),
  InvalidTag: as('InvalidTag', 400),
  MalformedPolicy: as('MalformedPolicy', 400),
  KmsDisabled: as('KMS.DisabledException', 400),
  KmsInvalidState: as('KMS.KMSInvalidStateException', 400),
  KmsNotFound: as('KMS.NotFoundException', 400),
  KeyTooLong: as('KeyTooLongError', 400),
  MalformedRequest: as('MalformedXML', 400),
  MethodNotAllowed: (error) => ({
    name: 'MethodNotAllowed',
    status: 405,
    message: error.message,
    fields: { Method: 'GET', ResourceType: 'DeleteMarker' },
    headers: { ...deleteMarkerHeaders(error), allow: 'DELETE' },
  }),
  NoSuchAnnotation: as('NoSuchAnnotation', 404),
  NoSuchBucket: as('NoSuchBucket', 404),
  NoSuchKey: (error) => ({
    name: 'NoSuchKey',
    status: 404,
    message: error.message,
    fields: { Key: error.details['Key'] },
    headers: deleteMarkerHeaders(error),
  }),
  NoSuchUpload: as('NoSuchUpload', 404),
  NoSuchVersion: as('NoSuchVersion', 404),
  NotModified: (error) => ({
    name: 'NotModified',
    status: 304,
    message: error.message,
    headers: {
      etag: `"${String(error.details['etag'])}"`,
      'last-modified': new Date(error.details['lastModifiedMs'] as number).toUTCString(),
    },
  }),
  PreconditionFailed: as('PreconditionFailed', 412),
  RestoreAlreadyInProgress: as('RestoreAlreadyInProgress', 409),
  // Whom a bucket notifies does not take its events.
  TooManyEvents: () => ({
    name: 'SlowDown',
    status: 503,
    message: 'Please reduce your request rate.',
  }),
  TooManyBuckets: as('TooManyBuckets', 400),
  // The S3 that holds the bytes; SDKs try again.
  UpstreamFailed: () => ({
    name: 'ServiceUnavailable',
    status: 503,
    message: 'Service is unable to handle request.',
  }),
  // The database: its queue is full, or its disk.
  TooManyTransactions: () => ({
    name: 'SlowDown',
    status: 503,
    message: 'Please reduce your request rate.',
  }),
}

/** An error of the wire itself, in S3's own terms. */
export function s3Error(
  name: string,
  status: number,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): AwsError {
  return new AwsError({ name, status, message, fields })
}

/** A document that is well-formed, and is not what the schema of S3 allows. */
export function malformedXml(): AwsError {
  return s3Error(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  )
}

/** The same of an access control list. */
export function malformedAcl(): AwsError {
  const { message } = malformedXml()
  return s3Error('MalformedACLError', 400, message)
}

export function accessDenied(): AwsError {
  return s3Error('AccessDenied', 403, 'Access Denied')
}

export function invalidArgument(message: string, name: string, value: unknown): AwsError {
  return s3Error('InvalidArgument', 400, message, {
    ArgumentName: name,
    ArgumentValue: String(value),
  })
}

export function invalidRequest(message: string): AwsError {
  return s3Error('InvalidRequest', 400, message)
}

/** Something that S3 has and this server has not, refused rather than left undone in silence. */
export function notImplemented(what: string): AwsError {
  return s3Error(
    'NotImplemented',
    501,
    `A header or parameter you provided implies functionality that is not implemented: ${what}`,
  )
}

function as(name: string, status: number): (error: LakeError) => AwsErrorShape {
  return (error) => {
    const { region: _, ...fields } = error.details
    return { name, status, message: error.message, fields }
  }
}

function deleteMarkerHeaders(error: LakeError): Record<string, string> {
  const { deleteMarker, versionId, lastModifiedMs } = error.details
  if (deleteMarker !== true) return {}
  return {
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': String(versionId),
    ...(typeof lastModifiedMs === 'number'
      ? { 'last-modified': new Date(lastModifiedMs).toUTCString() }
      : {}),
  }
}

export function missingAcl(): AwsError {
  return s3Error('MissingSecurityHeader', 400, 'Your request was missing a required header', {
    MissingHeaderName: 'x-amz-acl',
  })
}

export function lockMissing(): AwsError {
  return s3Error(
    'NoSuchObjectLockConfiguration',
    404,
    'The specified object does not have a ObjectLock configuration',
  )
}
